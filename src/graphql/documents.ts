import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Admission } from './admit.ts';

/**
 * How many characters the texts of remembered documents have together. Parsed, with the tokens that say where each thing stands, a
 * document takes 50 to 200 times the memory of its text: this is 16 to 50 MB.
 */
const mostCharacters = 256 * 1024;

/** Parsed documents, by a key: those that were used last, of as many characters as are remembered at most. */
function createRemembered(): LRUCache<string, DocumentNode> {
  return new LRUCache<string, DocumentNode>({
    maxSize: mostCharacters,
    sizeCalculation: ({ loc }) => 1 + (loc?.source.body.length ?? mostCharacters),
  });
}

/** Documents of the transports that Apollo Server does not serve, parsed once each. Throws as the admission does. */
export function createDocuments(admission: Pick<Admission, 'parse'>): (source: string) => DocumentNode {
  const known = createRemembered();
  return (source) => {
    const before = known.get(source);
    if (before !== undefined) return before;
    const document = admission.parse(source);
    known.set(source, document);
    return document;
  };
}

/**
 * Where Apollo Server keeps the documents that it has parsed and validated. Its own store counts what a document is as JSON, up to 30 MiB, of
 * which the heap holds many times over.
 */
export function createDocumentStore(): NonNullable<ApolloServerOptions<object>['documentStore']> {
  const known = createRemembered();
  return {
    get: (key) => Promise.resolve(known.get(key)),
    set: (key, document) => {
      known.set(key, document);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(known.delete(key)),
  };
}
