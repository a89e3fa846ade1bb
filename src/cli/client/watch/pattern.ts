import { quote } from '../../../domain/quote.ts';
import { failure } from '../failure.ts';

/** What is watched, in the words of a filter of events; what is `undefined` is any. */
export type Pattern =
  | {
      readonly kind: 'REPOSITORY';
      /** The same for the same, and readable. */
      readonly text: string;
      readonly filter: { readonly registry: string; readonly repository: string; readonly tag: string | undefined };
    }
  | {
      readonly kind: 'IMAGE_STREAM';
      readonly text: string;
      readonly filter: {
        readonly source: string | undefined;
        readonly namespace: string;
        readonly imageStream: string;
        readonly tag: string | undefined;
      };
    };

/**
 * Reads what people write to say which tags they mean: `registry.example/team/*:prod` where the first part is the host of a
 * registry (it has a dot or a port, or is localhost, as docker has it), else `[source/]namespace/stream:tag`. Without a tag,
 * all tags. Throws a failure of usage.
 */
export function parsePattern(text: string, source?: string): Pattern {
  if (text.includes('@')) throw wrong(text, 'names a digest, and events are about tags');
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  return /[.:]/.test(first) || first === 'localhost' ? ofRepository(text, slash) : ofImageStream(text, source);
}

function ofRepository(text: string, slash: number): Pattern {
  const registry = text.slice(0, slash);
  const colon = text.indexOf(':', slash);
  const path = text.slice(slash + 1, colon === -1 ? undefined : colon);
  const tag = tagAfter(text, colon);
  if (path === '') throw wrong(text, 'names no repository');
  const repository = isDockerHub(registry) && !path.includes('/') && !path.includes('**') ? `library/${path}` : path;
  return {
    kind: 'REPOSITORY',
    text: `${registry}/${repository}:${tag ?? '*'}`,
    filter: { registry, repository, tag },
  };
}

function ofImageStream(text: string, option: string | undefined): Pattern {
  const colon = text.indexOf(':');
  const parts = text.slice(0, colon === -1 ? undefined : colon).split('/');
  const tag = tagAfter(text, colon);
  const [imageStream = '', namespace, named] = parts.toReversed();
  if (namespace === undefined) {
    throw wrong(
      text,
      `says no namespace: write */${text} for all of them; repositories begin with their registry, as docker.io/library/nginx`,
    );
  }
  if (parts.length > 3 || parts.includes('')) {
    throw wrong(text, 'is no pattern: expected namespace/stream:tag, or registry.example/repository:tag');
  }
  if (named !== undefined && option !== undefined && named !== option) {
    throw wrong(text, `names the source ${named}, and --source says ${option}`);
  }
  const source = named ?? option;
  return {
    kind: 'IMAGE_STREAM',
    text: `${source ?? '*'}/${namespace}/${imageStream}:${tag ?? '*'}`,
    filter: { source, namespace, imageStream, tag },
  };
}

function tagAfter(text: string, colon: number): string | undefined {
  if (colon === -1) return undefined;
  const tag = text.slice(colon + 1);
  if (tag === '') throw wrong(text, 'has no tag behind its colon');
  return tag;
}

/** One name on Docker Hub is one of its own images, by docker's rule. */
function isDockerHub(registry: string): boolean {
  return registry === 'docker.io' || registry === 'index.docker.io';
}

function wrong(text: string, how: string): Error {
  return failure(2, `${quote(text)} ${how}`);
}
