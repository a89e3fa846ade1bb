import { createHash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import type { Admission } from './admit.ts';

/** The texts of documents by the SHA-256 of each, in lower-case hex digits. */
export type Documents = ReadonlyMap<string, string>;

/** What a list of documents says, or everything that is wrong with it. */
export type Manifest =
  | { readonly kind: 'good'; readonly documents: Documents }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/** The SHA-256 of a document's text, in lower-case hex digits. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The hash that an identifier names, which may begin with `sha256:` (GraphQL over HTTP, "Persisted Documents"). */
export function hashIn(identifier: string): string {
  return identifier.replace(/^sha256:/, '').toLowerCase();
}

/**
 * Reads a list of documents: a JSON object of hash and text, as the compilers of Relay and GraphQL Code Generator write it, or the
 * manifest of Apollo Client (`apollo-persisted-query-manifest`, version 1). Each hash must be that of its text, and each document
 * such that it could be run.
 */
export function readManifest(text: string, admission: Pick<Admission, 'parse' | 'validate'>): Manifest {
  const entries = entriesOf(text);
  if (entries === undefined) {
    const wanted =
      'a JSON object of hash and document, or a manifest of Apollo Client (apollo-persisted-query-manifest)';
    return { kind: 'broken', problems: [`is not ${wanted}`] };
  }
  const problems = entries.flatMap(([id, document]) => problemsOf(id, document, admission));
  if (problems.length > 0) return { kind: 'broken', problems };
  return { kind: 'good', documents: new Map(entries.map(([id, document]) => [hashIn(id), String(document)])) };
}

type Entry = readonly [id: string, document: unknown];

function entriesOf(text: string): readonly Entry[] | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(manifest)) return undefined;
  if (manifest['format'] !== 'apollo-persisted-query-manifest') return Object.entries(manifest);
  const { operations } = manifest;
  if (!Array.isArray(operations)) return undefined;
  return operations.map((operation: unknown): Entry =>
    isObject(operation) ? [String(operation['id']), operation['body']] : ['', operation],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOf(
  id: string,
  document: unknown,
  { parse, validate }: Pick<Admission, 'parse' | 'validate'>,
): readonly string[] {
  const named = `document ${JSON.stringify(id.slice(0, 80))}`;
  if (typeof document !== 'string') return [`${named} is no text`];
  const hash = sha256Of(document);
  if (hashIn(id) !== hash) {
    const message = `${named} has the SHA-256 ${hash}, and must be named by that: have the compiler use sha256`;
    return [message];
  }
  let errors: readonly GraphQLError[];
  try {
    errors = validate(parse(document));
  } catch (error) {
    errors = [error as GraphQLError];
  }
  return errors.map(({ message, locations }) => {
    const [place] = locations ?? [];
    const where = place === undefined ? '' : ` (${String(place.line)}:${String(place.column)})`;
    return `${named} could not be run${where}: ${message}`;
  });
}
