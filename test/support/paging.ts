import type { TestGateway } from './gateway.ts';

interface Page {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface ListOptions {
  readonly first: number;
  /** More arguments, as GraphQL writes them. */
  readonly more?: string;
  /** `tags` of a repository, or `repositories` of a registry. */
  readonly of?: 'tags' | 'repositories';
}

/** The names of all tags, or repositories, read page by page until the last. Throws where a page ends in nothing new. */
export async function listNames(
  gateway: Pick<TestGateway, 'data'>,
  reference: string,
  { first, more = '', of = 'tags' }: ListOptions,
): Promise<readonly string[]> {
  const owner = of === 'tags' ? 'repository(reference: $of)' : 'registry(name: $of)';
  const query = `query ($of: String!, $first: Int!, $after: Cursor) {
    owner: ${owner} {
      page: ${of}(first: $first, after: $after ${more}) { nodes { name } pageInfo { hasNextPage endCursor } }
    }
  }`;
  const names: string[] = [];
  for (let after: string | null = null; ;) {
    const { owner: found } = (await gateway.data(query, { of: reference, first, after })) as {
      readonly owner: { readonly page: Page } | null;
    };
    if (found === null) throw new Error(`the gateway does not find ${reference}`);
    const { nodes, pageInfo } = found.page;
    names.push(...nodes.map(({ name }) => name));
    if (!pageInfo.hasNextPage) return names;
    if (nodes.length === 0 || pageInfo.endCursor === after) throw new Error(`the list of ${reference} does not end`);
    after = pageInfo.endCursor;
  }
}
