import { LRUCache } from 'lru-cache';
import type { DocumentNode } from 'graphql';
import type { Admission } from './admit.ts';

/** Documents of the transports that Apollo Server does not serve, parsed once each. Throws as the admission does. */
export function createDocuments(admission: Pick<Admission, 'parse'>): (source: string) => DocumentNode {
  const known = new LRUCache<string, DocumentNode>({
    max: 1000,
    maxSize: 1024 * 1024,
    sizeCalculation: (_, { length }) => length + 1,
  });
  return (source) => {
    const before = known.get(source);
    if (before !== undefined) return before;
    const document = admission.parse(source);
    known.set(source, document);
    return document;
  };
}
