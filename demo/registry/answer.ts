import { createGate } from './access.ts';
import type { Access, Need } from './access.ts';
import { deleteBlob, deleteManifest, readBlob, readManifest, writeManifest } from './content.ts';
import { empty, failure } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import { createHub } from './hub.ts';
import type { HubOptions } from './hub.ts';
import { listReferrers, listRepositories, listTags } from './lists.ts';
import type { Paging } from './lists.ts';
import { createPullCounter } from './rate-limit.ts';
import type { PullLimit } from './rate-limit.ts';
import { parseRoute } from './routes.ts';
import type { Route } from './routes.ts';
import type { RegistryStore } from './store.ts';
import { createUploads } from './uploads.ts';

/** What a registry offers and what it keeps to itself. */
export interface Persona {
  readonly access: Access;
  readonly push: boolean;
  readonly catalog: boolean;
  /** Whether it has the referrers API; without it clients look for the tag that the specification falls back to. */
  readonly referrers: boolean;
  readonly paging: Paging;
  /** How a missing repository is answered: as the specification says, as if it were forbidden, or in words of its own. */
  readonly missing: 'name-unknown' | 'forbidden' | 'unknown';
  readonly pulls: PullLimit | undefined;
  readonly hub: HubOptions | undefined;
  /** The most bytes that it holds, unfinished uploads included. */
  readonly maxBytes: number;
}

type ContentRoute = Extract<Route, { readonly kind: 'manifest' | 'blob' | 'tags' | 'referrers' }>;

/** The whole of a registry's behaviour: from a request to its answer. `now` is in milliseconds since the epoch. */
export function createAnswers(
  store: RegistryStore,
  persona: Persona,
  now: () => number,
): (request: RegistryRequest) => Promise<Answer> {
  const uploads = createUploads(store, persona.maxBytes);
  const hub = persona.hub && createHub(store, persona.hub, persona.access, now);
  const pulls = persona.pulls && createPullCounter(persona.pulls, now);
  const exists = (repository: string): boolean => store.repositories.has(repository);
  const gate = createGate(persona.access, {
    now,
    push: persona.push,
    mayPull: (repository) => persona.missing !== 'forbidden' || exists(repository),
  });

  async function answer(request: RegistryRequest): Promise<Answer> {
    const apart = (await gate.answer(request)) ?? (await hub?.(request));
    if (apart !== undefined) return apart;
    const route = parseRoute(request.path);
    if (route === undefined) return failure(404, 'UNSUPPORTED', 'no such path in this registry', request.path);
    return refuse(request, route) ?? answerRoute(request, route);
  }

  function refuse(request: RegistryRequest, route: Route): Answer | undefined {
    const refusal = gate.refuse(request, need(route, request.method));
    if (refusal !== undefined) return pulls === undefined ? refusal : withSource(refusal, request);
    if (isRead(request.method) || persona.push) return undefined;
    return failure(405, 'UNSUPPORTED', 'this registry is for reading only');
  }

  function answerRoute(request: RegistryRequest, route: Route): Answer | Promise<Answer> {
    switch (route.kind) {
      case 'base':
        return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') };
      case 'catalog':
        return persona.catalog && isRead(request.method)
          ? listRepositories(request, store, persona.paging)
          : unsupported();
      case 'bad-name':
        return failure(400, 'NAME_INVALID', 'invalid repository name', route.repository);
      case 'upload':
        return uploads.answer(request, route.repository, route.id);
      default:
        return isRead(request.method) ? read(request, route) : write(request, route);
    }
  }

  function read(request: RegistryRequest, route: ContentRoute): Answer {
    if (route.kind === 'manifest') return pull(request, route.repository, route.reference);
    if (route.kind === 'referrers' && !persona.referrers)
      return { ...empty(404), body: Buffer.from('404 page not found\n') };
    const repository = store.repositories.get(route.repository);
    if (repository === undefined) return missing(route.repository);
    if (route.kind === 'tags') return listTags(request, repository, persona.paging);
    if (route.kind === 'blob') return readBlob(store, route.repository, route.digest);
    return listReferrers(request, repository, route.digest);
  }

  function pull(request: RegistryRequest, repository: string, reference: string): Answer {
    const counted = pulls?.count(request);
    if (counted?.refusal !== undefined) return counted.refusal;
    const found = store.manifest(repository, reference);
    if (found === undefined) return missing(repository, reference);
    const known = readManifest(request, found);
    return { ...known, headers: { ...known.headers, ...counted?.headers } };
  }

  async function write(request: RegistryRequest, route: ContentRoute): Promise<Answer> {
    const { repository } = route;
    if (route.kind === 'manifest' && request.method === 'PUT') {
      const bytes = persona.maxBytes - store.bytes() - uploads.bytes();
      const allowed = { bytes, referrers: persona.referrers, now: now() };
      return writeManifest(request, store, repository, route.reference, allowed);
    }
    if (request.method !== 'DELETE') return unsupported();
    if (route.kind === 'manifest') return deleteManifest(store, repository, route.reference);
    return route.kind === 'blob' ? deleteBlob(store, repository, route.digest) : unsupported();
  }

  function missing(repository: string, reference?: string): Answer {
    if (persona.missing === 'unknown') return failure(404, 'UNKNOWN', 'Not Found', {});
    if (reference !== undefined && exists(repository))
      return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { name: repository, reference });
    return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: repository });
  }

  return answer;
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function need(route: Route, method: string): Need | undefined {
  if (route.kind === 'base') return undefined;
  if (route.kind === 'catalog') return { type: 'registry', name: 'catalog', actions: ['*'] };
  const isUpload = route.kind === 'upload';
  const actions =
    isRead(method) && !isUpload ? ['pull'] : method === 'DELETE' && !isUpload ? ['delete'] : ['pull', 'push'];
  return { type: 'repository', name: route.repository, actions };
}

/** Docker Hub says whom it counts even where it refuses. */
function withSource(answer: Answer, request: RegistryRequest): Answer {
  return { ...answer, headers: { ...answer.headers, 'docker-ratelimit-source': request.client } };
}

function unsupported(): Answer {
  return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
}
