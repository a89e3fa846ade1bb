import { describe, expect, it } from '@jest/globals';
import { GatewayError, isGatewayError } from '../../src/domain/errors.ts';
import { nextLink, nextPage } from '../../src/registries/oci/link.ts';
import type { OciClient } from '../../src/registries/oci/client.ts';
import type { UpstreamResponse } from '../../src/transport/transport.ts';
import { readCorpus } from '../transport/support/corpus.ts';
import { openSetup } from './open-registry.ts';

function clientAt(origin: string): OciClient {
  const { setup } = openSetup({ url: origin });
  return { ...setup, origin: setup.url, transport: () => Promise.reject(new Error('nothing is asked here')) };
}

function answer(url: string, link: string | readonly string[] | undefined): UpstreamResponse {
  return { status: 200, headers: { link }, body: new Uint8Array(), url: new URL(url) };
}

/** Where the next page is asked, `undefined` where there is none, or that the link was refused. */
function followed(asked: string, link: string | readonly string[] | undefined): string | undefined {
  try {
    return nextPage(clientAt(asked), answer(asked, link));
  } catch (error) {
    if (isGatewayError(error)) return error.code;
    throw error;
  }
}

const asked = 'https://r.example/v2/a/b/tags/list?n=2';

describe('A link to the next page', () => {
  it.each([
    ['relative', '</v2/a/b/tags/list?n=2&last=x>; rel="next"', '/v2/a/b/tags/list?n=2&last=x'],
    ['absolute', '<https://r.example/v2/a/b/tags/list?last=x>; rel="next"', '/v2/a/b/tags/list?last=x'],
    [
      'with the port of its scheme',
      '<https://r.example:443/v2/a/b/tags/list?last=x>;rel=next',
      '/v2/a/b/tags/list?last=x',
    ],
    ['a query alone', '<?last=x>; rel=next', '/v2/a/b/tags/list?last=x'],
    ['with another relation too', '<?last=x>; rel="last next"', '/v2/a/b/tags/list?last=x'],
    [
      'with parameters around its relation',
      '<?last=x>; title="a, b; c"; rel=NEXT; foo=bar',
      '/v2/a/b/tags/list?last=x',
    ],
    ['after another', '<?first>; rel="first", <?last=x>; rel="next"', '/v2/a/b/tags/list?last=x'],
    ['with commas and semicolons in it', '<?last=x,y;z>; rel="next"', '/v2/a/b/tags/list?last=x,y;z'],
    ['without a relation', '<?last=x>', '/v2/a/b/tags/list?last=x'],
  ])('is followed where it is %s', (_, link, next) => {
    expect(followed(asked, link)).toBe(next);
  });

  it('is found in the second of two headers', () => {
    expect(followed(asked, ['<?first>; rel="first"', '<?last=x>; rel="next"'])).toBe('/v2/a/b/tags/list?last=x');
  });

  it.each([undefined, '', '<>; rel="next"', '<?last=x>; rel="prev"', 'nonsense', '<unclosed; rel="next"'])(
    'is not there in %j',
    (link) => {
      expect(followed(asked, link)).toBeUndefined();
    },
  );

  it.each([
    ['another origin', 'https://evil.example/v2/a/b/tags/list?last=x'],
    ['another origin without a scheme', '//evil.example/v2/a/b/tags/list?last=x'],
    ['another port', 'https://r.example:8443/v2/a/b/tags/list?last=x'],
    ['another scheme', 'http://r.example/v2/a/b/tags/list?last=x'],
    ['the same origin with a user', 'https://someone@r.example/v2/a/b/tags/list?last=x'],
    ['another repository', '/v2/other/tags/list?last=x'],
    ['another repository by way of dots', '/v2/a/b/../../other/tags/list?last=x'],
    ['another endpoint', '/v2/a/b/manifests/latest'],
    ['another part of the site', '/api/delete?last=x'],
    ['a script', 'javascript:alert(1)'],
    ['no URL', 'https://[::'],
  ])('is refused where it leads to %s', (_, target) => {
    expect(followed(asked, `<${target}>; rel="next"`)).toBe('UPSTREAM_REDIRECT_REFUSED');
  });

  it('keeps to its own path where Artifactory leaves its repository key out, and takes only the name that came last', () => {
    const link = '</v2/python/tags/list?n=10000&last=3.1%2Bx&token=y>; rel="next"';
    expect(followed('https://r.example/v2/docker-virtual/python/tags/list?n=100', link)).toBe(
      '/v2/docker-virtual/python/tags/list?n=100&last=3.1%2Bx',
    );
    expect(
      followed('https://r.example/v2/docker-virtual/python/tags/list?n=100', '</v2/python/tags/list>; rel="next"'),
    ).toBe('UPSTREAM_REDIRECT_REFUSED');
  });

  it('is refused in the answer of another origin, to which the registry redirected', () => {
    const other = answer('https://cdn.example/v2/a/b/tags/list', '</v2/a/b/tags/list?last=x>; rel="next"');
    expect(() => nextPage(clientAt('https://r.example'), other)).toThrow(GatewayError);
  });

  it('begins at the last `<`, since no URI holds one', () => {
    expect(nextLink('<rst, </v2/a/b/tags/list?last=x>; rel="next"')).toBe('/v2/a/b/tags/list?last=x');
  });

  it('is found in time however long a header is', () => {
    const hostile = `${'<'.repeat(20_000)}${'<a>;a=b'.repeat(5_000)}${' ;'.repeat(20_000)}`;
    const begun = performance.now();
    nextLink(hostile);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

interface Vector {
  readonly header: string;
  readonly base: string;
  readonly next: string | null;
  readonly reject?: boolean;
}

describe('The recorded links', () => {
  const vectors = readCorpus('registry-errors/link-headers.json') as readonly Vector[] | undefined;
  if (vectors === undefined) {
    it('are not at hand: corpus absent', () => undefined);
    return;
  }

  it.each(vectors)('of $base', ({ header, base, next, reject }) => {
    const url = next === null ? undefined : new URL(next);
    const wanted = url === undefined ? undefined : url.pathname + url.search;
    // Of a link that lost the repository key the name that came last is taken, and the path kept.
    const isArtifactory = base.includes('artifactory');
    const kept = isArtifactory ? `${new URL(base).pathname}?last=x` : 'UPSTREAM_REDIRECT_REFUSED';
    expect(followed(base, header)).toBe(reject === true ? kept : wanted);
  });
});
