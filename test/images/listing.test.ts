import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takeFromPages, type Listing, type PagePosition, type SourcePage } from '../../src/images/listing.ts';

/** A registry that serves a list in pages of its own size, whatever was asked for. */
function pagesOf(items: readonly string[], pageSize: number) {
  const asked: (string | undefined)[] = [];
  const fetch = ({ token }: { token: string | undefined }): Promise<SourcePage<string>> => {
    asked.push(token);
    const begin = token === undefined ? 0 : Number(token);
    const end = begin + pageSize;
    return Promise.resolve({ items: items.slice(begin, end), next: end < items.length ? String(end) : undefined });
  };
  return { asked, fetch };
}

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
const all = (): boolean => true;

describe('taking items from a list that is served in pages', () => {
  it('asks for one page where the page has what is wanted, and goes on at the next without asking twice', async () => {
    const { asked, fetch } = pagesOf(letters, 10);
    const first = await takeFromPages(fetch, all, 10, { size: 10, skip: 0 });
    expect(first?.items.map(({ item }) => item).join('')).toBe('abcdefghij');
    expect(first?.hasNext).toBe(true);
    const second = await takeFromPages(fetch, all, 10, first?.end ?? { size: 10, skip: 0 });
    expect(second?.items.map(({ item }) => item).join('')).toBe('klmnopqrst');
    expect(asked).toEqual([undefined, '10']);
  });

  it('goes on in the middle of a page after any item', async () => {
    const { fetch } = pagesOf(letters, 10);
    const listing = await takeFromPages(fetch, all, 5, { size: 10, skip: 0 });
    const third = listing?.items[2]?.position;
    expect(third).toEqual({ size: 10, token: undefined, skip: 3 });
    const rest = await takeFromPages(fetch, all, 2, third ?? { size: 10, skip: 0 });
    expect(rest?.items.map(({ item }) => item)).toEqual(['d', 'e']);
  });

  it('says that nothing follows where only unwanted items do on the last page', async () => {
    const { fetch } = pagesOf(letters, 30);
    const listing = await takeFromPages(fetch, (item) => item <= 'c', 3, { size: 30, skip: 0 });
    expect(listing).toMatchObject({ hasNext: false });
  });

  it('stops after ten pages without what is wanted, and tells where to go on', async () => {
    const { asked, fetch } = pagesOf(
      Array.from({ length: 500 }, (_, index) => String(index)),
      10,
    );
    const listing = await takeFromPages(fetch, (item) => item === '499', 1, { size: 10, skip: 0 });
    expect(asked).toHaveLength(10);
    expect(listing).toMatchObject({ items: [], hasNext: true, end: { token: '100', skip: 0 } });
  });

  it('is absent where there is no such list', async () => {
    expect(await takeFromPages(() => Promise.resolve(undefined), all, 1, { size: 1, skip: 0 })).toBeUndefined();
  });

  it('shows each wanted item exactly once, however the pages fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        async (items, pageSize, first, modulus) => {
          const wanted = (item: string): boolean => items.indexOf(item) % modulus === 0;
          const { fetch } = pagesOf(items, pageSize);
          const seen: string[] = [];
          let position: PagePosition | undefined = { size: pageSize, skip: 0 };
          while (position !== undefined) {
            const listing: Listing<string, PagePosition> | undefined = await takeFromPages(
              fetch,
              wanted,
              first,
              position,
            );
            if (listing === undefined) throw new Error('the list is there');
            seen.push(...listing.items.map(({ item }) => item));
            position = listing.hasNext ? listing.end : undefined;
          }
          expect(seen).toEqual(items.filter(wanted));
        },
      ),
      { numRuns: 60 },
    );
  });
});
