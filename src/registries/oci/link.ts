import { GatewayError } from '../../domain/errors.ts';
import type { UpstreamResponse } from '../../transport/transport.ts';
import type { OciClient } from './client.ts';

/**
 * Where the next page of a listing begins, as its `Link` header says (distribution-spec, "Listing Tags"): a path with a
 * query, to be asked as it is. Links to another origin or another listing are refused, since following them would carry
 * our credentials there.
 */
export function nextPage(client: OciClient, response: UpstreamResponse): string | undefined {
  const links = response.headers['link'];
  const target = nextLink(typeof links === 'object' ? links.join(', ') : links);
  if (target === undefined) return undefined;
  const asked = response.url;
  const url = URL.canParse(target, asked.href) ? new URL(target, asked) : undefined;
  // After a redirect to another origin, a link from there is not the registry's word.
  const isOwn = url?.origin === asked.origin && asked.origin === client.origin.origin;
  if (isOwn && url.username === '' && url.password === '') {
    if (url.pathname === asked.pathname) return url.pathname + url.search;
    const last = url.searchParams.get('last');
    if (last !== null && isSameListingWithoutPrefix(url.pathname, asked.pathname)) {
      const own = new URL(asked);
      own.searchParams.set('last', last);
      return own.pathname + own.search;
    }
  }
  throw new GatewayError(
    'UPSTREAM_REDIRECT_REFUSED',
    `${client.name} links the next page of ${asked.pathname} to another place; it was not followed`,
    { registry: client.name },
  );
}

/** Artifactory leaves its repository key, the first segment, out of the link: `/v2/app/tags/list` for `/v2/key/app/tags/list`. */
function isSameListingWithoutPrefix(linked: string, asked: string): boolean {
  return linked.startsWith('/v2/') && asked.startsWith('/v2/') && asked.endsWith(linked.slice('/v2'.length));
}

/**
 * The target of the link whose relation is `next` (RFC 8288), commas and semicolons inside `<>` and quotes left alone. One
 * without any relation is taken for it, since some registries name none; `<>` leads nowhere. No URI has a `<`, and to end at one keeps
 * a header of many from being read to its end for each.
 */
export function nextLink(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  for (const [, target, parameters] of value.matchAll(/<([^<>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/g)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(parameters ?? '');
    const relations = (relation?.[1] ?? relation?.[2] ?? 'next').toLowerCase().split(/\s+/);
    if (relations.includes('next') && target !== '') return target;
  }
  return undefined;
}
