/** What a path of the distribution API asks for (OCI distribution specification, "Endpoints"). */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string | undefined }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'bad-name'; readonly repository: string };

const repositoryName = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;

/** Whether a text is a tag. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** Whether a text is a repository's name. */
function isRepositoryName(text: string): boolean {
  return text.length <= 255 && repositoryName.test(text);
}

/** Reads a path; `undefined` where it is none of the distribution API. */
export function parseRoute(path: string): Route | undefined {
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const route = parseRepositoryRoute(path);
  return route === undefined || isRepositoryName(route.repository)
    ? route
    : { kind: 'bad-name', repository: route.repository };
}

type RepositoryRoute = Extract<Route, { readonly repository: string }>;

function parseRepositoryRoute(path: string): RepositoryRoute | undefined {
  const [, repository, what = '', rest = '%'] =
    /^\/v2\/(.+)\/(manifests|blobs\/uploads|blobs|tags|referrers)\/([^/]*)$/.exec(path) ?? [];
  const last = decode(rest);
  return repository === undefined || last === undefined ? undefined : repositoryRoute(repository, what, last);
}

function repositoryRoute(repository: string, what: string, last: string): RepositoryRoute | undefined {
  if (what === 'blobs/uploads') return { kind: 'upload', repository, id: last === '' ? undefined : last };
  if (what === 'blobs' && last === 'uploads') return { kind: 'upload', repository, id: undefined };
  if (what === 'tags') return last === 'list' ? { kind: 'tags', repository } : undefined;
  if (last === '') return undefined;
  if (what === 'manifests') return { kind: 'manifest', repository, reference: last };
  return { kind: what === 'blobs' ? 'blob' : 'referrers', repository, digest: last };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
