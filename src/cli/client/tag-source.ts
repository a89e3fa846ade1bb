import { quote } from '../../domain/quote.ts';
import { failure } from './failure.ts';

/** Where the image of a tag is to come from: `ImageStreamTagSourceInput` of the schema. */
export interface TagSourceInput {
  readonly kind: 'DOCKER_IMAGE' | 'IMAGE_STREAM_TAG' | 'IMAGE_STREAM_IMAGE';
  readonly name: string;
  readonly namespace: string | undefined;
}

/** The kinds as people write them: the resources' names in OpenShift, in full and in short. */
const kindsByWord: ReadonlyMap<string, TagSourceInput['kind']> = new Map([
  ['docker', 'DOCKER_IMAGE'],
  ['dockerimage', 'DOCKER_IMAGE'],
  ['istag', 'IMAGE_STREAM_TAG'],
  ['imagestreamtag', 'IMAGE_STREAM_TAG'],
  ['isimage', 'IMAGE_STREAM_IMAGE'],
  ['imagestreamimage', 'IMAGE_STREAM_IMAGE'],
]);

/** Reads the word for a kind of source. Throws a failure of usage. */
export function parseSourceKind(word: string): TagSourceInput['kind'] {
  const kind = kindsByWord.get(word.toLowerCase());
  if (kind === undefined) throw failure(2, `${quote(word)} is no kind of source: expected docker, istag or isimage`);
  return kind;
}

/**
 * Reads a source as `oc tag` does: with a registry, or with neither tag nor digest, an image of a registry; else with a
 * digest an image, and with a tag a tag, of an image stream. `kind` is what the caller says that it is. Throws a failure of
 * usage.
 */
export function parseTagSource(text: string, kind = kindOf(text), namespace?: string): TagSourceInput {
  if (kind === 'DOCKER_IMAGE') return { kind, name: text, namespace: undefined };
  const sign = kind === 'IMAGE_STREAM_TAG' ? ':' : '@';
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  const at = name.indexOf(sign);
  if (slash === 0 || name.includes('/') || at < 1 || at === name.length - 1) {
    const form = kind === 'IMAGE_STREAM_TAG' ? '[namespace/]stream:tag' : '[namespace/]stream@digest';
    throw failure(2, `${quote(text)} is not ${form}, as an ${kind} must be`);
  }
  return { kind, name, namespace: slash === -1 ? namespace : text.slice(0, slash) };
}

/** `oc tag`'s rule, over docker's: what stands before the first of two parts is a registry if it looks like a host. */
function kindOf(text: string): TagSourceInput['kind'] {
  const [name = ''] = text.split('@', 1);
  const parts = name.split('/');
  const [first = ''] = parts;
  const hasRegistry = parts.length > 2 || (parts.length === 2 && (/[.:]/.test(first) || first === 'localhost'));
  if (hasRegistry) return 'DOCKER_IMAGE';
  if (text.includes('@')) return 'IMAGE_STREAM_IMAGE';
  return parts.at(-1)?.includes(':') === true ? 'IMAGE_STREAM_TAG' : 'DOCKER_IMAGE';
}
