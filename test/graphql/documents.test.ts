import { describe, expect, it } from '@jest/globals';
import { parse, type DocumentNode } from 'graphql';
import { createDocuments, createDocumentStore } from '../../src/graphql/documents.ts';

/** Of 64 Ki characters and a few more. */
const long = (name: string): string => `{ ${name} # ${'x'.repeat(64 * 1024)}\n}`;

describe('remembered documents', () => {
  it('one that was parsed is not parsed again', () => {
    const parsed: string[] = [];
    const documentOf = createDocuments({
      parse: (source) => {
        parsed.push(source);
        return parse(source);
      },
    });
    expect(documentOf('{ a }')).toBe(documentOf('{ a }'));
    expect(parsed).toEqual(['{ a }']);
  });

  it('those used longest ago go, by how long the texts are together', async () => {
    const store = createDocumentStore();
    const documents = new Map<string, DocumentNode>(['a', 'b', 'c', 'd'].map((name) => [name, parse(long(name))]));
    for (const [name, document] of documents) {
      await store.set(name, document);
      await store.get('a');
    }
    const kept = [];
    for (const name of documents.keys()) kept.push(await store.get(name));
    expect(kept).toEqual([documents.get('a'), undefined, documents.get('c'), documents.get('d')]);
  });

  it('many short ones are no more than few long ones', async () => {
    const store = createDocumentStore();
    const text = `{ ${'a '.repeat(200)}}`;
    const most = Math.floor((256 * 1024) / text.length);
    for (let index = 0; index < 2 * most; index += 1) await store.set(String(index), parse(text));
    expect(await store.get(String(most - 1))).toBeUndefined();
    expect(await store.get(String(2 * most - 1))).toBeDefined();
  });

  it('one can be taken out', async () => {
    const store = createDocumentStore();
    await store.set('a', parse('{ a }'));
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
  });
});
