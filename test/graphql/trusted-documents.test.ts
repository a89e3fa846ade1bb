import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrustedDocuments, type TrustedDocuments } from '../../src/graphql/trusted-documents.ts';
import { readManifest } from '../../src/graphql/trusted-manifest.ts';
import { createLog } from '../../src/lib/log.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { admissionWith } from './schema-without-resolvers.ts';

const names = '{ registries { name } }';
const kinds = 'query Kinds { registries { kind } }';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function manifestOf(...documents: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(documents.map((document) => [sha256(document), document])));
}

describe('a list of documents', () => {
  const admission = admissionWith({ depth: 3 }, false);

  it.each([
    ['by their hash, as compilers write it', manifestOf(names, kinds)],
    [
      'by their hash with its algorithm',
      JSON.stringify({ [`sha256:${sha256(names)}`]: names, [sha256(kinds)]: kinds }),
    ],
    [
      'as Apollo Client writes it',
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [names, kinds].map((body) => ({ id: sha256(body), name: 'x', type: 'query', body })),
      }),
    ],
  ])('is read %s', (_, text) => {
    expect(readManifest(text, admission)).toEqual({
      kind: 'good',
      documents: new Map([
        [sha256(names), names],
        [sha256(kinds), kinds],
      ]),
    });
  });

  it('is told all that is wrong with it at once', () => {
    const deep = '{ registries { repositories { nodes { name } } } }';
    const schema = '{ __schema { queryType { name } } }';
    const text = JSON.stringify({
      ...(JSON.parse(manifestOf('{ nothing also }', '{', deep, schema)) as object),
      [createHash('sha1').update(names).digest('hex')]: names,
      none: 1,
    });
    const read = readManifest(text, admission);
    expect(read.kind === 'broken' && read.problems).toEqual([
      expect.stringMatching(/^document "[0-9a-f]{64}" could not be run \(1:3\): Cannot query field "nothing"/),
      expect.stringMatching(/\(1:11\): Cannot query field "also"/),
      expect.stringMatching(/could not be run \(1:2\): Syntax Error/),
      expect.stringMatching(/nests fields 4 deep, and at most 3/),
      expect.stringMatching(/introspection is switched off/),
      expect.stringMatching(
        `has the SHA-256 ${sha256(names)}, and must be named by that: have the compiler use sha256`,
      ),
      'document "none" is no text',
    ]);
  });

  it.each(['', 'no JSON', '[]', 'null', '{"format":"apollo-persisted-query-manifest"}'])('is not %j', (text) => {
    expect(readManifest(text, admission)).toEqual({
      kind: 'broken',
      problems: [expect.stringMatching(/^is not a JSON/)],
    });
  });
});

describe('trusted documents', () => {
  let folder: string;
  let file: string;
  let clock: ManualClock;
  let log: string[];
  let documents: TrustedDocuments;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-documents-'));
    file = join(folder, 'documents.json');
    clock = createManualClock();
    log = [];
    writeFileSync(file, manifestOf(names));
    documents = await opened();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function opened(): Promise<TrustedDocuments> {
    const destination = { write: (line: string) => log.push(line) };
    return openTrustedDocuments({
      file,
      admission: admissionWith(),
      clock,
      log: createLog({ level: 'warn', destination }),
    });
  }

  /** Writes the file anew, as those do who never leave half of one, and lets the look at it age. */
  async function rewrite(text: string): Promise<void> {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    await clock.advance(1_000);
  }

  const hash = sha256(names);

  it.each([
    ['its text', { query: names }],
    ['its hash as documentId', { documentId: `sha256:${hash}` }],
    ['its hash without the algorithm', { documentId: hash.toUpperCase() }],
    [
      'its hash as Apollo Client sends it',
      { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
    ],
    ['all of these', { query: names, documentId: hash, extensions: { persistedQuery: { sha256Hash: hash } } }],
  ])('are found by %s', async (_, request) => {
    expect(await documents.find(request)).toBe(names);
  });

  it.each<[string, object]>([
    ['another text', { query: kinds }],
    ['the same with a blank more', { query: `${names} ` }],
    ['a hash of no document', { documentId: sha256(kinds) }],
    ['another algorithm', { documentId: `sha1:${hash}` }],
    ['another text beside a good hash', { query: kinds, documentId: hash }],
    ['two hashes', { documentId: hash, extensions: { persistedQuery: { sha256Hash: sha256(kinds) } } }],
    ['nothing', {}],
    ['no text', { query: [names] }],
    ['a hash that is no text', { documentId: [hash] }],
    [
      'names of JavaScript',
      { documentId: '__proto__', extensions: JSON.parse('{"__proto__":{"persistedQuery":1}}') as object },
    ],
  ])('are not found by %s', async (_, request) => {
    expect(await documents.find(request)).toBeUndefined();
  });

  it('are others when the file changes, and the same while it is broken or missing, which is logged once', async () => {
    await rewrite(manifestOf(kinds));
    expect([await documents.find({ query: names }), await documents.find({ query: kinds })]).toEqual([
      undefined,
      kinds,
    ]);
    await rewrite(manifestOf('{ nothing }'));
    for (let time = 0; time < 3; time += 1) {
      expect(await documents.find({ query: kinds })).toBe(kinds);
      await clock.advance(1_000);
    }
    expect(log).toHaveLength(1);
    expect(JSON.parse(log[0]!)).toMatchObject({ level: 'error', file, problems: [expect.stringContaining('nothing')] });
    rmSync(file);
    for (let time = 0; time < 3; time += 1) {
      await clock.advance(1_000);
      expect(await documents.find({ query: kinds })).toBe(kinds);
    }
    expect(log).toHaveLength(2);
    await rewrite(manifestOf(names));
    expect(await documents.find({ query: names })).toBe(names);
    expect(log).toHaveLength(2);
  });

  it('are not those of a file that is larger than is read', async () => {
    await rewrite(manifestOf(kinds) + ' '.repeat(1024 * 1024));
    expect(await documents.find({ query: names })).toBe(names);
    expect(log[0]).toContain('larger than 1 MiB');
  });

  it.each([
    [
      'is broken',
      () => {
        writeFileSync(file, '{"a":"{"}');
      },
    ],
    [
      'is missing',
      () => {
        rmSync(file);
      },
    ],
  ])('are not there at all where the file %s from the start', async (_, change) => {
    change();
    await expect(opened()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(file) });
  });
});
