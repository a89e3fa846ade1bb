import { isUser } from './access.ts';
import type { Access } from './access.ts';
import { parseObject, text } from './documents.ts';
import { json, readSmallBody } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import { repositoryDocument, tagDocument } from './hub-documents.ts';
import type { RegistryStore, SampleRepository } from './store.ts';
import { createTokens } from './tokens.ts';

/** What a sample registry offers of Docker Hub's own API beside the registry's. */
export interface HubOptions {
  /** The number of tags after which further pages are refused to those who are not signed in; none where absent. */
  readonly anonymousOffset?: number;
}

/** Answers requests to Docker Hub's own API; `undefined` where a path is none of it. */
export type Hub = (request: RegistryRequest) => Promise<Answer | undefined>;

const notFound = json(404, { message: 'object not found', errinfo: {} });
const tooDeep = json(403, { message: 'pagination offset too large for anonymous requests; sign in to page further' });

/**
 * The parts of Docker Hub's REST API that describe repositories and their tags, newest first, and that sign in:
 * `/v2/namespaces/{namespace}/repositories/{repository}[/tags[/{tag}]]` and `/v2/auth/token` (Docker Hub API reference).
 */
export function createHub(store: RegistryStore, options: HubOptions, access: Access, now: () => number): Hub {
  const tokens = createTokens(now);
  const credentials = access.kind === 'token' ? access.credentials : undefined;

  async function signIn(request: RegistryRequest): Promise<Answer> {
    const form = parseObject((await readSmallBody(request.body, 16 * 1024)) ?? new Uint8Array());
    const user = { username: text(form?.['identifier']) ?? '', password: text(form?.['secret']) ?? '' };
    const isKnown = credentials !== undefined && isUser(user, credentials);
    return isKnown
      ? json(200, { access_token: tokens.make([], 600) })
      : json(401, { message: 'unauthorized', errinfo: {} });
  }

  function isSignedIn(request: RegistryRequest): boolean {
    const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return token !== undefined && tokens.read(token) !== undefined;
  }

  function describe(request: RegistryRequest, path: HubPath): Answer {
    const repository = store.repositories.get(`${path.namespace}/${path.name}`);
    if (repository === undefined) return notFound;
    if (!path.isTags) return json(200, repositoryDocument(repository, path.namespace, path.name));
    const depth = isSignedIn(request) ? undefined : options.anonymousOffset;
    if (path.tag === undefined) return listTags(request, store, repository, depth ?? Infinity);
    const found = repository.tags.get(path.tag);
    return found === undefined ? notFound : json(200, tagDocument(store, repository, path.tag, found));
  }

  return async (request) => {
    if (request.path === '/v2/auth/token' && request.method === 'POST') return signIn(request);
    const path = parseHubPath(request.path);
    if (path === undefined) return undefined;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    return isRead ? describe(request, path) : json(405, { message: 'method not allowed', errinfo: {} });
  };
}

interface HubPath {
  readonly namespace: string;
  readonly name: string;
  readonly isTags: boolean;
  readonly tag: string | undefined;
}

function parseHubPath(path: string): HubPath | undefined {
  const [, namespace, name, tags, tag] =
    /^\/v2\/namespaces\/([^/]+)\/repositories\/([^/]+)(\/tags(?:\/([^/]+))?)?\/?$/.exec(path) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  return { namespace, name, isTags: tags !== undefined, tag };
}

function listTags(request: RegistryRequest, store: RegistryStore, repository: SampleRepository, depth: number): Answer {
  const page = wholeNumber(request.query.get('page') ?? '1');
  const asked = wholeNumber(request.query.get('page_size') ?? '10');
  if (page === undefined || asked === undefined)
    return json(400, { message: 'page and page_size are whole numbers from 1', errinfo: {} });
  const size = Math.min(asked, 100);
  const offset = (page - 1) * size;
  if (offset >= depth) return tooDeep;

  const part = request.query.get('name') ?? '';
  const tags = [...repository.tags]
    .filter(([name]) => name.includes(part))
    .toSorted(([nameA, a], [nameB, b]) => b.updatedAt - a.updatedAt || (nameA < nameB ? -1 : 1));
  const shown = tags.slice(offset, offset + size);
  if (shown.length === 0 && page > 1) return notFound;
  return json(200, {
    count: tags.length,
    next: offset + size < tags.length ? pageUrl(request, page + 1, size) : null,
    previous: page > 1 ? pageUrl(request, page - 1, size) : null,
    results: shown.map(([name, tag]) => tagDocument(store, repository, name, tag)),
  });
}

function pageUrl(request: RegistryRequest, page: number, size: number): string {
  const query = new URLSearchParams(request.query);
  query.set('page', String(page));
  query.set('page_size', String(size));
  return `${request.origin}${request.path}?${query.toString()}`;
}

function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
