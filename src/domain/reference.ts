import { parseDigest, type Digest } from './digest.ts';
import { GatewayError, isGatewayError } from './errors.ts';
import { quote } from './quote.ts';

declare const brand: unique symbol;

/** The name of a registry in references: a host, with `:port` where references carry one. */
export type RegistryName = string & { readonly [brand]: 'RegistryName' };
/** The name of a repository within its registry, of the OCI grammar and so safe in a URL's path. */
export type RepositoryName = string & { readonly [brand]: 'RepositoryName' };
/** A tag, of the OCI grammar and so safe in a URL's path. */
export type TagName = string & { readonly [brand]: 'TagName' };

/** What people write to name an image, taken apart. With tag and digest both kept, the digest says which image is meant. */
export interface Reference {
  readonly registry: RegistryName;
  readonly repository: RepositoryName;
  readonly tag: TagName | undefined;
  readonly digest: Digest | undefined;
}

/** A reference cut at its separators, nothing checked. */
export interface ReferenceParts {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Longer than any legal reference: registry 260, repository 255, tag 128, digest 135, separators. Checked before anything else looks at the text. */
const maxReferenceLength = 1024;
/** Of the path alone, as distribution/reference counts it. */
const maxRepositoryLength = 255;
/** RFC 1035 §2.3.4, in text. */
const maxHostLength = 253;

const host =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])$/;
const repositoryPath = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;

/**
 * Reads what people write to name an image, with docker's defaults: no registry means docker.io, one name there means
 * `library/`, index.docker.io is docker.io. The grammar is that of distribution/reference (`ParseNormalizedNamed`); unlike
 * it, ports must exist (1 to 65535). Nothing is added for a missing tag. Throws REFERENCE_INVALID.
 */
export function parseReference(text: string): Reference {
  if (text.length === 0)
    throw invalid('an empty text is not a reference: expected [registry/]repository[:tag][@digest]');
  if (text.length > maxReferenceLength) {
    throw invalid(
      `${quote(text)} is not a reference: it has ${String(text.length)} characters, at most ${String(maxReferenceLength)} are allowed`,
    );
  }
  if (/^[a-f0-9]{64}$/.test(text)) {
    throw invalid(
      `${quote(text)} is an image ID, which no registry can look up: expected a repository name, then @sha256: and the digest`,
    );
  }
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text) ?? [];
  if (scheme !== undefined) throw invalid(`${quote(text)} is a URL: write the reference without ${quote(scheme)}`);
  try {
    return readParts(splitReference(text));
  } catch (error) {
    throw isGatewayError(error) ? invalid(`${quote(text)} is not a reference: ${error.message}`) : error;
  }
}

function readParts({ name, tag, digest }: ReferenceParts): Reference {
  const [registry, repository] = withDefaults(name);
  return {
    registry: parseRegistryName(registry),
    repository: parseRepositoryName(repository),
    tag: tag === undefined ? undefined : parseTagName(tag),
    digest: digest === undefined ? undefined : parseDigest(digest),
  };
}

/** Cuts a reference into name, tag and digest, which may be anything yet. */
export function splitReference(text: string): ReferenceParts {
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  // A name that is nothing but an IPv6 host is no reference; cutting it at its first colon leaves what no rule accepts.
  return colon === -1
    ? { name: named, tag: undefined, digest }
    : { name: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** Registry and repository of a name, by docker's rule: what stands before the first slash is a registry if it looks like a host. */
function withDefaults(name: string): readonly [registry: string, repository: string] {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isHost = slash !== -1 && (first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase());
  if (!isHost) return ['docker.io', slash === -1 ? `library/${name}` : name];
  const path = name.slice(slash + 1);
  if (first !== 'docker.io' && first !== 'index.docker.io') return [first, path];
  return ['docker.io', path.includes('/') ? path : `library/${path}`];
}

/** The reference in full: registry/repository[:tag][@digest]. {@link parseReference} reads it back to the same. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** The reference of an image by digest: registry/repository@digest. */
export function formatImageReference(registry: RegistryName, repository: RepositoryName, digest: Digest): string {
  return `${registry}/${repository}@${digest}`;
}

/** The reference of a tag: registry/repository:tag. */
export function formatTagReference(registry: RegistryName, repository: RepositoryName, tag: TagName): string {
  return `${registry}/${repository}:${tag}`;
}

/** Whether a text can name a registry in references: a host name, IPv4 or [IPv6] address, with a port of 1 to 65535 or none. */
export function isRegistryName(text: string): text is RegistryName {
  if (text.length > maxHostLength + ':65535'.length) return false;
  const port = /:(\d+)$/.exec(text);
  const name = port === null ? text : text.slice(0, port.index);
  if (name.length > maxHostLength || !host.test(name)) return false;
  return port === null || (Number(port[1]) >= 1 && Number(port[1]) <= 65535);
}

/** Reads the name of a registry; throws REFERENCE_INVALID. */
export function parseRegistryName(text: string): RegistryName {
  if (isRegistryName(text)) return text;
  throw invalid(
    `${quote(text)} is not the name of a registry: expected a host such as quay.io, localhost or [::1], with :1 to :65535 if it needs a port`,
  );
}

/** Whether a text can name a repository (distribution-spec, "Pulling manifests": `<name>`; at most 255 characters). */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= maxRepositoryLength && repositoryPath.test(text);
}

/** Reads the name of a repository within its registry; throws REFERENCE_INVALID. */
export function parseRepositoryName(text: string): RepositoryName {
  if (isRepositoryName(text)) return text;
  throw invalid(`${quote(text)} is not the name of a repository: ${wrongInRepository(text)}`);
}

function wrongInRepository(text: string): string {
  if (text.length > maxRepositoryLength)
    return `it has ${String(text.length)} characters, at most ${String(maxRepositoryLength)} are allowed`;
  if (text === '' || text === 'library/') return 'it is empty';
  if (repositoryPath.test(text.toLowerCase())) return `it must be in lower case, as ${quote(text.toLowerCase())}`;
  return 'expected parts of a-z and 0-9, joined by single "/" and within by ".", "_", "__" or "-"';
}

/** Whether a text can be a tag (distribution-spec, "Pulling manifests": `<reference>` as a tag). */
export function isTagName(text: string): text is TagName {
  return tagPattern.test(text);
}

/** Reads a tag; throws REFERENCE_INVALID. */
export function parseTagName(text: string): TagName {
  if (isTagName(text)) return text;
  throw invalid(
    `${quote(text)} is not a tag: expected 1 to 128 letters, digits, "_", "." or "-", beginning with a letter, a digit or "_"`,
  );
}

function invalid(message: string): GatewayError<'REFERENCE_INVALID'> {
  return new GatewayError('REFERENCE_INVALID', message, {});
}
