import { isObject } from '../domain/json.ts';
import type { TrustedDocuments } from '../graphql/trusted-documents.ts';

/** Where a GraphQL request over HTTP says what it wants. */
export interface Parameters {
  /** The query of the URL, with its question mark. */
  readonly search: string;
  /** The body, as parsed from JSON; `undefined` where none was read. */
  readonly body: unknown;
}

/**
 * The same request with the whole text of its document, in place of all that named it; `undefined` where it means none of
 * the trusted documents. What neither GET nor POST asks is left as it is: nothing is run for it.
 */
export async function withTrustedDocument(
  documents: TrustedDocuments,
  method: string | undefined,
  parameters: Parameters,
): Promise<Parameters | undefined> {
  if (method === 'POST') return inBody(documents, parameters);
  return method === 'GET' ? inSearch(documents, parameters) : parameters;
}

async function inBody(documents: TrustedDocuments, { search, body }: Parameters): Promise<Parameters | undefined> {
  if (!isObject(body)) return undefined;
  const query = await documents.find(body);
  if (query === undefined) return undefined;
  const extensions = withoutPersistedQuery(body['extensions']);
  return { search, body: { ...body, query, ...(isObject(extensions) && { extensions }) } };
}

async function inSearch(documents: TrustedDocuments, { search, body }: Parameters): Promise<Parameters | undefined> {
  const said = new URLSearchParams(search);
  const extensions = parsed(said.get('extensions'));
  const query = await documents.find({ query: said.get('query'), documentId: said.get('documentId'), extensions });
  if (query === undefined) return undefined;
  const wanted = new URLSearchParams({ query });
  for (const name of ['operationName', 'variables']) for (const value of said.getAll(name)) wanted.append(name, value);
  if (isObject(extensions)) wanted.set('extensions', JSON.stringify(withoutPersistedQuery(extensions)));
  return { search: `?${wanted.toString()}`, body };
}

/** Apollo Server takes no documents by their hash, and need not know that one was. */
function withoutPersistedQuery(extensions: unknown): unknown {
  if (!isObject(extensions)) return extensions;
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'persistedQuery'));
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
