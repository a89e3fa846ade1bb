import { afterEach, describe, expect, it } from '@jest/globals';
import { createKubernetesCallers, type KubernetesOptions } from '../../../src/access/callers/kubernetes.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { createSecret } from '../../../src/lib/secret.ts';
import { createClusterTransport } from '../../../src/transport/cluster/cluster-transport.ts';
import type { ClusterAnswer, ClusterRequest } from '../../../src/transport/cluster/transport.ts';
import { settle } from '../../transport/support/clock.ts';
import { compact, expectNoTrace, refusalOf, serve, standWith } from './support.ts';

const canary = 'sha256~canary-of-a-cluster-0123456789';
const user = { username: 'system:serviceaccount:shop:web', groups: ['system:serviceaccounts', 'system:authenticated'] };
const good = { authenticated: true, audiences: ['tributary'], user };

function answer(status: unknown, code = 201): ClusterAnswer {
  const body = typeof status === 'string' ? status : JSON.stringify({ kind: 'TokenReview', spec: {}, status });
  return { status: code, headers: {}, body: Buffer.from(body) };
}

/** A cluster whose answers a test gives. */
function standOf(
  reply: (request: ClusterRequest) => ClusterAnswer | Promise<ClusterAnswer>,
  more: Partial<KubernetesOptions> = {},
) {
  const requests: ClusterRequest[] = [];
  const send = async (request: ClusterRequest): Promise<ClusterAnswer> => {
    requests.push(request);
    return reply(request);
  };
  const fixed = { name: 'east', transport: { send }, audience: 'tributary' };
  const stand = standWith([({ clock }) => createKubernetesCallers({ ...fixed, clock, ...more })], { anonymous: true });
  return { ...stand, requests };
}

describe('callers of a cluster', () => {
  it('are known by what it says of their token, under names that say so', async () => {
    const stand = standOf(() => answer(good));
    await expect(stand.show(canary)).resolves.toEqual({
      id: 'kubernetes:east:system:serviceaccount:shop:web',
      groups: ['kubernetes:east:system:serviceaccounts', 'kubernetes:east:system:authenticated'],
      expiresAt: undefined,
    });
    const [request] = stand.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: canary, audiences: ['tributary'] },
    });
  });

  it('keep what limits their token, since the cluster decides by that too', async () => {
    const extra = '{"scopes.authorization.openshift.io":["user:info"],"__proto__":["odd"]}';
    const status = JSON.stringify({ ...good, user: { ...user, extra: 0 } }).replace('"extra":0', `"extra":${extra}`);
    const stand = standOf(() => answer(`{"kind":"TokenReview","status":${status}}`));
    const viewer = await stand.show(canary);
    expect(Object.entries(viewer.extra ?? {})).toEqual([
      ['scopes.authorization.openshift.io', ['user:info']],
      ['__proto__', ['odd']],
    ]);
  });

  const denials: readonly [string, unknown][] = [
    ['is not authenticated', { authenticated: false }],
    ['is neither authenticated nor not', { user }],
    ['is authenticated in words', { ...good, authenticated: 'true' }],
    ['is for foreign audiences', { ...good, audiences: ['https://kubernetes.default.svc'] }],
    ['is for no audience', { ...good, audiences: [] }],
    ['was not looked at for its audience', { ...good, audiences: undefined }],
    ['has an audience that only contains ours', { ...good, audiences: 'tributary' }],
    ['is authenticated with an error', { ...good, error: `cannot check ${canary}` }],
    ['has an error that is not even text', { ...good, error: { message: 'no' } }],
    ['is nobody', { ...good, user: undefined }],
    ['is somebody without a name', { ...good, user: { username: '' } }],
    ['is limited in a way that is none', { ...good, user: { ...user, extra: { scopes: 'user:info' } } }],
    ['is limited by what is no text', { ...good, user: { ...user, extra: { scopes: [1] } } }],
    ['is limited by a list', { ...good, user: { ...user, extra: ['user:info'] } }],
    ['has groups that are none', { ...good, user: { ...user, groups: [1] } }],
  ];

  it.each(denials)('T08: are refused in the same words where the token %s', async (_, status) => {
    const stand = standOf(() => answer(status));
    const error = await stand.refusal(canary);
    expect([error.code, error.message]).toEqual(['UNAUTHENTICATED', 'the token is not accepted']);
    expectNoTrace([...stand.lines, error.message], canary);
  });

  const outages: readonly [string, () => ClusterAnswer | Promise<ClusterAnswer>][] = [
    ['answers 500', () => answer(`no etcd for ${canary}`, 500)],
    ['answers 401', () => answer('{}', 401)],
    ['does not let us review', () => answer({ status: 'Failure', message: canary }, 403)],
    ['answers garbage', () => answer(`${canary} is bad`)],
    ['answers a list', () => answer('[]')],
    ['answers without a status', () => answer('{"kind":"TokenReview"}')],
    ['says things twice', () => answer('{"status":{"authenticated":false,"authenticated":true}}')],
    ['cannot be reached', () => Promise.reject(new GatewayError('UPSTREAM_TIMEOUT', 'east: no answer', {}))],
  ];

  it.each(outages)('T08: cannot be told where the cluster %s, and that is never remembered', async (_, reply) => {
    let isBack = false;
    const stand = standOf(() => (isBack ? answer(good) : reply()));
    const error = await stand.refusal(canary);
    expect(error).toMatchObject({ code: 'AUTH_UNAVAILABLE', retryable: true });
    expectNoTrace([...stand.lines, error.message], canary);
    expect(stand.lines.filter((line) => line.includes('"level":"warn"'))).toHaveLength(1);
    isBack = true;
    await expect(stand.show(canary)).resolves.toMatchObject({ id: `kubernetes:east:${user.username}` });
  });

  it('are remembered for 60 seconds, and those refused for 10', async () => {
    let status: unknown = good;
    const stand = standOf(() => answer(status));
    await stand.show(canary);
    status = { authenticated: false };
    await stand.clock.advance(59_999);
    await stand.show(canary);
    expect(stand.requests).toHaveLength(1);
    await stand.clock.advance(1);
    await expect(stand.refusal(canary)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    status = good;
    await stand.clock.advance(9_999);
    await expect(stand.refusal(canary)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(stand.requests).toHaveLength(2);
    await stand.clock.advance(1);
    await stand.show(canary);
    expect(stand.requests).toHaveLength(3);
  });

  it('are known no longer than their JWT is good', async () => {
    const stand = standOf(() => answer(good));
    const exp = stand.clock.now() / 1000 + 20;
    const token = compact({ alg: 'RS256' }, { iss: 'https://kubernetes.default.svc', exp }, () => 'AAAA');
    await expect(stand.show(token)).resolves.toMatchObject({ expiresAt: exp * 1000 });
    await stand.clock.advance(19_999);
    await stand.show(token);
    expect(stand.requests).toHaveLength(1);
    await stand.clock.advance(1);
    await stand.show(token);
    expect(stand.requests).toHaveLength(2);
  });

  it('who show one token at a time are asked about once', async () => {
    const stand = standOf(async () => {
      await settle();
      return answer(good);
    });
    await Promise.all(Array.from({ length: 50 }, () => stand.show(canary)));
    expect(stand.requests).toHaveLength(1);
  });

  it('are asked about eight at a time; of more than a thousand the rest has to come again', async () => {
    let answerAll: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    const stand = standOf(() => answered.then(() => answer(good)));
    const shown = Array.from({ length: 1_000 }, (_, n) => stand.show(`${canary}${n}`));
    await settle();
    expect(stand.requests).toHaveLength(8);
    await expect(stand.refusal(`${canary}-more`)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    answerAll();
    await Promise.all(shown);
    expect(stand.requests).toHaveLength(1_000);
  });

  it('T08: wait at most 10 seconds, for their turn too', async () => {
    const stand = standOf(() => new Promise(() => undefined));
    const refusals = Array.from({ length: 9 }, (_, n) => stand.refusal(`${canary}${n}`));
    await stand.clock.advance(10_000);
    for (const refusal of refusals) await expect(refusal).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(stand.requests).toHaveLength(8);
  });
});

describe('callers of a cluster whose issuer is known', () => {
  it('alone are shown to it, among those that have JWTs', async () => {
    const stand = standOf(() => answer(good), { issuer: 'https://east.example' });
    const tokenOf = (iss: string): string => compact({ alg: 'RS256' }, { iss }, () => 'AAAA');
    await expect(stand.refusal(tokenOf('https://west.example'))).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(stand.requests).toHaveLength(0);
    await stand.show(tokenOf('https://east.example'));
    await stand.show(canary);
    expect(stand.requests).toHaveLength(2);
  });
});

describe('callers of a cluster over a real connection', () => {
  let close = (): Promise<void> => Promise.resolve();
  afterEach(() => close());

  it('are reviewed by our own identity, which their token never replaces', async () => {
    const server = await serve(({ body }, response) => {
      const { spec } = JSON.parse(body) as { spec: { token: string } };
      response.writeHead(spec.token === canary ? 201 : 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ spec, status: good }));
    });
    const transport = createClusterTransport({
      source: 'prod-east',
      server: server.origin,
      identity: { kind: 'given', token: { kind: 'text', text: createSecret('our-own-token') }, certificate: undefined },
      insecure: true,
      allowPrivateNetwork: true,
    });
    close = transport.close;
    const make = standWith([
      ({ clock }) => createKubernetesCallers({ name: 'east', transport, audience: 'tributary', clock }),
    ]);
    await expect(make.show(canary)).resolves.toMatchObject({ id: `kubernetes:east:${user.username}` });
    const error = await refusalOf(make.callers.identify('Bearer another-token'));
    expect(error.code).toBe('AUTH_UNAVAILABLE');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer our-own-token',
      'Bearer our-own-token',
    ]);
    expectNoTrace(make.lines, canary, 'another-token', 'our-own-token');
  });
});
