import { quote } from '../../domain/quote.ts';
import { failure } from './failure.ts';

/** What people write to name an image stream or a tag of one, taken apart. */
export interface ImageStreamName {
  readonly source: string | undefined;
  readonly namespace: string;
  readonly stream: string;
  readonly tag: string | undefined;
}

/** What the options say of names. */
export interface NameOptions {
  readonly namespace?: string | undefined;
  readonly source?: string | undefined;
}

const form = '[[source/]namespace/]stream:tag';

/**
 * Reads `[[source/]namespace/]stream[:tag]`; the name ends at the first colon, as everywhere with image streams. Throws a
 * failure of usage, also where the options say something else.
 */
export function parseImageStreamName(text: string, options: NameOptions): ImageStreamName {
  const colon = text.indexOf(':');
  const parts = (colon === -1 ? text : text.slice(0, colon)).split('/');
  const tag = colon === -1 ? undefined : text.slice(colon + 1);
  const [stream = '', namespace, source] = parts.toReversed();
  if (parts.length > 3 || parts.includes('') || tag === '' || text.includes('@')) {
    throw failure(2, `${quote(text)} names no image stream: expected ${form}`);
  }
  const inNamespace = agree(text, 'namespace', namespace, options.namespace);
  if (inNamespace === undefined) {
    throw failure(2, `${quote(text)} says no namespace: write namespace/${text}, or give --namespace`);
  }
  return { source: agree(text, 'source', source, options.source), namespace: inNamespace, stream, tag };
}

/** As {@link parseImageStreamName}; a tag must be named. */
export function parseImageStreamTagName(
  text: string,
  options: NameOptions,
): ImageStreamName & { readonly tag: string } {
  const { tag, ...name } = parseImageStreamName(text, options);
  if (tag === undefined) throw failure(2, `${quote(text)} names no tag: expected ${form}`);
  return { ...name, tag };
}

function agree(
  text: string,
  what: keyof NameOptions,
  named: string | undefined,
  option: string | undefined,
): string | undefined {
  if (named !== undefined && option !== undefined && named !== option) {
    throw failure(2, `${quote(text)} names the ${what} ${named}, and --${what} says ${option}`);
  }
  return named ?? option;
}
