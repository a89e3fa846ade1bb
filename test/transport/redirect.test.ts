import { describe, expect, it } from '@jest/globals';
import { createRedirect } from '../../src/transport/redirect.ts';
import { answer, failureOf, recorded, registry, requestFor } from './support/exchange.ts';

interface Setup {
  readonly from?: string;
  readonly insecure?: boolean;
  readonly redirectHosts?: readonly string[];
}

/** A web of redirects, by URL; what is not in it answers 200. */
function web(
  links: Readonly<Record<string, string | undefined>>,
  { insecure = false, redirectHosts = [] }: Setup = {},
) {
  const respond = () =>
    recorded((request) => {
      if (!(request.url.href in links)) return answer(request, 200, { body: 'blob' });
      const location = links[request.url.href];
      return answer(request, 307, { headers: location === undefined ? {} : { location } });
    });
  const own = respond();
  const foreign = respond();
  const send = createRedirect({
    registry,
    own: own.transport,
    foreign: foreign.transport,
    insecure,
    redirectHosts: new Set(redirectHosts),
  });
  return { send, own: own.requests, foreign: foreign.requests };
}

const blob = 'https://r.example/v2/a/blobs/x';
const secrets = { authorization: 'Bearer canary', cookie: 'canary', 'x-registry-auth': 'canary' };
const harmless = { accept: 'a/b', 'user-agent': 'u', 'accept-encoding': 'identity' };

describe('redirects', () => {
  it('U02: to another origin carry none of the credentials, and nothing that might be one', async () => {
    const { send, own, foreign } = web({ [blob]: 'https://cdn.example/x?X-Amz-Signature=s' });
    const response = await send(requestFor(blob, { headers: { ...secrets, ...harmless } }));
    expect(response.url.href).toBe('https://cdn.example/x?X-Amz-Signature=s');
    expect(own).toHaveLength(1);
    expect(foreign.map(({ headers }) => headers)).toEqual([harmless]);
  });

  it('within the origin keep them', async () => {
    const { send, own, foreign } = web({ [blob]: '/v2/a/blobs/y' });
    await send(requestFor(blob, { headers: secrets }));
    expect(own.map(({ headers }) => headers)).toEqual([secrets, secrets]);
    expect(foreign).toHaveLength(0);
  });

  it('that lead back do not get them back', async () => {
    const { send, own, foreign } = web({
      [blob]: 'https://cdn.example/x',
      'https://cdn.example/x': 'https://r.example/v2/_catalog',
    });
    await send(requestFor(blob, { headers: secrets }));
    expect(own).toHaveLength(1);
    expect(foreign.map(({ headers }) => headers)).toEqual([{}, {}]);
  });

  it('U02: from https to http are refused, whatever is configured', async () => {
    const { send, foreign } = web(
      { [blob]: 'http://cdn.example/x' },
      { insecure: true, redirectHosts: ['cdn.example:80'] },
    );
    const failure = await failureOf(send(requestFor(blob)), 'UPSTREAM_REDIRECT_REFUSED');
    expect(failure.message).toContain('http://cdn.example');
    expect(foreign).toHaveLength(0);
  });

  it('over plain http go to hosts that are named only', async () => {
    const from = 'http://r.example/x';
    const links = { [from]: 'http://s3.corp:9000/y' };
    await failureOf(web(links, { insecure: true }).send(requestFor(from)), 'UPSTREAM_REDIRECT_REFUSED');
    const named = web(links, { insecure: true, redirectHosts: ['s3.corp:9000'] });
    expect((await named.send(requestFor(from))).status).toBe(200);
  });

  it('U02: in a loop, or more than three, are refused', async () => {
    const loop = web({ [blob]: 'https://r.example/b', 'https://r.example/b': blob });
    expect((await failureOf(loop.send(requestFor(blob)), 'UPSTREAM_REDIRECT_REFUSED')).message).toContain('already');
    const hop = (n: number): string => `https://r.example/${n}`;
    const long = web({ [blob]: hop(1), [hop(1)]: hop(2), [hop(2)]: hop(3), [hop(3)]: hop(4) });
    await failureOf(long.send(requestFor(blob)), 'UPSTREAM_REDIRECT_REFUSED');
    expect(long.own).toHaveLength(4);
    const three = web({ [blob]: hop(1), [hop(1)]: hop(2), [hop(2)]: hop(3) });
    expect((await three.send(requestFor(blob))).url.href).toBe(hop(3));
  });

  it.each([
    [undefined],
    ['http://'],
    ['https://user:pw@cdn.example/'],
    ['file:///etc/passwd'],
    ['javascript:x'],
    ['gopher://x/'],
  ])('to %s are refused', async (location) => {
    const { send, foreign } = web({ [blob]: location });
    const failure = await failureOf(send(requestFor(blob)), 'UPSTREAM_REDIRECT_REFUSED');
    expect(failure.message).not.toContain('pw');
    expect(foreign).toHaveLength(0);
  });

  it('keep the method, and other answers pass', async () => {
    const head = web({ [blob]: 'https://cdn.example/x' });
    await head.send(requestFor(blob, { method: 'HEAD' }));
    expect(head.foreign[0]?.method).toBe('HEAD');
    const { transport } = recorded((request) => answer(request, 304));
    const send = createRedirect({
      registry,
      own: transport,
      foreign: transport,
      insecure: false,
      redirectHosts: new Set(),
    });
    expect((await send(requestFor(blob))).status).toBe(304);
  });
});
