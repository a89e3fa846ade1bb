import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/domain/digest.ts';
import { GatewayError, isGatewayError } from '../../src/domain/errors.ts';
import {
  formatReference,
  isRegistryName,
  isRepositoryName,
  parseReference,
  parseRegistryName,
  parseRepositoryName,
  parseTagName,
  splitReference,
  type Reference,
} from '../../src/domain/reference.ts';
import { corpusBytes, corpusIsPresent } from './corpus-folder.ts';

/** A case of the tests of distribution/reference, or of the same form. */
interface Vector {
  readonly api: string;
  readonly input: string;
  readonly valid: boolean;
  readonly domain?: string | null;
  readonly path?: string | null;
  readonly tag?: string | null;
  readonly digest?: string | null;
  readonly normalized?: string | null;
  readonly normalizedError?: string | null;
  readonly familiar?: string | null;
}

/** What a vector says of a valid input: absent parts are undefined. */
interface Parts {
  readonly registry: string | undefined;
  readonly repository: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Where this project decides otherwise than the vector, on purpose. */
const otherwise: ReadonlyMap<string, string> = new Map([
  ['example.com:99999/a', 'no such port exists; distribution/reference does not look at the number'],
  [`validname@sha512:${'f'.repeat(128)}`, 'the vector is of a Go binary without sha512, which the other vectors have'],
]);

/** The functions of distribution/reference, put together from the product's. */
const apis: ReadonlyMap<string, (text: string) => Parts> = new Map<string, (text: string) => Parts>([
  ['ParseNormalizedNamed', parseReference],
  ['Parse', parseWithoutDefaults],
  ['ParseNamed', parseCanonical],
  ['ParseAnyReference', (text) => readIdentifier(text) ?? parseReference(text)],
  ['ParseDockerRef', parseForPulling],
]);

/** `Parse`: the grammar alone. What stands before the first slash is a registry wherever it can be one. */
function parseWithoutDefaults(text: string): Parts {
  const { name, tag, digest } = splitReference(text);
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = slash !== -1 && isRegistryName(first);
  return {
    registry: hasRegistry ? parseRegistryName(first) : undefined,
    repository: parseRepositoryName(hasRegistry ? name.slice(slash + 1) : name),
    tag: tag === undefined ? undefined : parseTagName(tag),
    digest: digest === undefined ? undefined : parseDigest(digest),
  };
}

/** `ParseNamed`: what is written in full already. */
function parseCanonical(text: string): Parts {
  const reference = parseReference(text);
  if (formatReference(reference) === text) return reference;
  throw new GatewayError('REFERENCE_INVALID', 'repository name must be canonical', {});
}

/** `ParseAnyReference` also takes image IDs and digests alone. */
function readIdentifier(text: string): Parts | undefined {
  const digest = /^(?:sha256:)?([a-f0-9]{64})$/.exec(text)?.[1];
  if (digest === undefined) return undefined;
  return { registry: undefined, repository: undefined, tag: undefined, digest: parseDigest(`sha256:${digest}`) };
}

/** `ParseDockerRef`: a digest drops the tag, and no tag is the latest. */
function parseForPulling(text: string): Reference {
  const reference = parseReference(text);
  if (reference.digest !== undefined) return { ...reference, tag: undefined };
  return { ...reference, tag: reference.tag ?? parseTagName('latest') };
}

function expectedParts(vector: Vector): Parts {
  return {
    registry: vector.domain ?? undefined,
    repository: vector.path ?? undefined,
    tag: vector.tag ?? undefined,
    digest: vector.digest ?? undefined,
  };
}

function outcome(parse: (text: string) => Parts, text: string): Parts | string {
  try {
    return parse(text);
  } catch (error) {
    return isGatewayError(error) ? error.code : String(error);
  }
}

function readVectors(name: string): unknown {
  return JSON.parse(new TextDecoder().decode(corpusBytes(name)));
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string';
}

function isIdentifier(parts: Parts): boolean {
  return parts.repository === undefined;
}

function describeVectors(): void {
  const vectors = readVectors('references.json') as readonly Vector[];
  const known = vectors.filter(({ input }) => !otherwise.has(input));

  it.each([...apis])('reads every vector of %s as distribution/reference does', (api, parse) => {
    const own = known.filter((vector) => vector.api === api);
    expect(own.length).toBeGreaterThan(0);
    expect(own.map(({ input }) => [input, outcome(parse, input)])).toEqual(
      own.map((vector) => [vector.input, vector.valid ? expectedParts(vector) : 'REFERENCE_INVALID']),
    );
  });

  it('knows every api that the vectors name', () => {
    expect([...new Set(vectors.map(({ api }) => api))].filter((api) => !apis.has(api))).toEqual([]);
  });

  it('normalizes the input of every vector as distribution/reference does', () => {
    const own = known.filter(({ normalized, api }) => isText(normalized) && api === 'Parse');
    expect(own.map(({ input }) => [input, formatReference(parseReference(input))])).toEqual(
      own.map(({ input, normalized }) => [input, normalized]),
    );
    const refused = known.filter(({ normalizedError }) => isText(normalizedError));
    expect(refused.map(({ input }) => [input, outcome(parseReference, input)])).toEqual(
      refused.map(({ input }) => [input, 'REFERENCE_INVALID']),
    );
  });

  it('formats what the other vectors read as their normalized form', () => {
    const own = known.filter(({ api, valid }) => valid && api !== 'Parse');
    for (const { api, input, normalized } of own) {
      const parts = apis.get(api)?.(input);
      if (parts === undefined || !isText(normalized) || isIdentifier(parts)) continue;
      expect(formatReference(parts as Reference)).toBe(normalized);
    }
  });

  it('reads the familiar form of every vector back to the same reference', () => {
    for (const { api, input, familiar } of known) {
      // docker.io/library/<64 hex digits> is legal, but its familiar form is an image ID.
      if (api !== 'ParseNormalizedNamed' || !isText(familiar) || /^[a-f0-9]{64}$/.test(familiar)) continue;
      expect(parseReference(familiar)).toEqual(parseReference(input));
    }
  });

  it('decides otherwise only where this test says why', () => {
    expect(outcome(parseReference, 'example.com:99999/a')).toBe('REFERENCE_INVALID');
    expect(parseReference(`validname@sha512:${'f'.repeat(128)}`).digest).toBe(`sha512:${'f'.repeat(128)}`);
    expect([...otherwise.keys()].filter((input) => !vectors.some((vector) => vector.input === input))).toEqual([]);
  });

  it('reads every domain vector', () => {
    const { vectors: domains } = readVectors('reference-domains.json') as {
      readonly vectors: readonly { readonly input: string; readonly match: boolean }[];
    };
    expect(domains.map(({ input }) => [input, isRegistryName(input)])).toEqual(
      domains.map(({ input, match }) => [input, match]),
    );
  });

  it('holds repository names of the vectors to the grammar of the OCI as well', () => {
    const paths = known.flatMap(({ valid, path }) => (valid && path !== null && path !== undefined ? [path] : []));
    expect(paths.filter((path) => !isRepositoryName(path))).toEqual([]);
  });
}

describe('references of the corpus', () => {
  if (corpusIsPresent()) describeVectors();
  else it('is skipped, as the corpus is absent', () => undefined);
});
