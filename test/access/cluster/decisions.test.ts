import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { ClusterAnswer } from '../../../src/transport/cluster/transport.ts';
import { settle } from '../../transport/support/clock.ts';
import { alice, answer, standOf, web } from './stand.ts';

const yes = { allowed: true };
const no = { allowed: false };

const decide = (stand: ReturnType<typeof standOf>, changes: object = {}, endsAt?: number) =>
  Promise.resolve(stand.decisions(alice, { ...web, ...changes }, endsAt));

describe('a question to a cluster', () => {
  it('is a SubjectAccessReview about the user, the groups and the right', async () => {
    const stand = standOf(() => answer(yes));
    await expect(decide(stand)).resolves.toBe(true);
    const [request] = stand.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews' });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: 'alice', groups: ['devs'], resourceAttributes: web },
    });
  });

  const denials: readonly [what: string, status: unknown, isLogged: boolean][] = [
    ['allows nothing', no, false],
    ['denies', { allowed: false, denied: true }, false],
    ['allows and denies', { allowed: true, denied: true }, true],
    ['allows and denies in words', { allowed: true, denied: 'yes' }, true],
    ['allows with an error', { allowed: true, evaluationError: 'role "x" not found' }, true],
    ['allows nothing, with an error', { allowed: false, evaluationError: 'role "x" not found' }, true],
    ['allows with an error that is not even text', { allowed: true, evaluationError: {} }, true],
  ];

  it.each(denials)('T09: is answered with no where the cluster %s, for 10 seconds', async (_, status, isLogged) => {
    let isClean = false;
    const stand = standOf(() => answer(isClean ? yes : status));
    await expect(decide(stand)).resolves.toBe(false);
    isClean = true;
    await stand.clock.advance(9_999);
    expect(stand.decisions(alice, web, undefined)).toBe(false);
    await stand.clock.advance(1);
    await expect(decide(stand)).resolves.toBe(true);
    expect(stand.lines).toHaveLength(isLogged ? 1 : 0);
  });

  const outages: readonly [what: string, reply: () => ClusterAnswer | Promise<ClusterAnswer>][] = [
    ['answers 500', () => answer('etcd is gone', 500)],
    ['does not know us', () => answer({ status: 'Failure' }, 401)],
    ['does not let us ask', () => answer({ status: 'Failure' }, 403)],
    ['answers garbage', () => answer('<html>')],
    ['answers a list', () => answer('[]')],
    ['answers without a status', () => answer('{"kind":"SubjectAccessReview"}')],
    ['allows in words', () => answer({ allowed: 'true' })],
    ['says neither', () => answer({})],
    ['says both', () => answer('{"status":{"allowed":false,"allowed":true}}')],
    ['cannot be reached', () => Promise.reject(new GatewayError('UPSTREAM_UNAVAILABLE', 'no route', {}))],
  ];

  it.each(outages)('T09: has no answer where the cluster %s, for 5 seconds, and nobody may', async (_, reply) => {
    let isBack = false;
    const stand = standOf(() => (isBack ? answer(yes) : reply()));
    const refused = { code: 'AUTH_UNAVAILABLE', retryable: true };
    await expect(decide(stand)).rejects.toMatchObject(refused);
    isBack = true;
    await stand.clock.advance(4_999);
    await expect(decide(stand)).rejects.toMatchObject(refused);
    expect(stand.requests).toHaveLength(1);
    await stand.clock.advance(1);
    await expect(decide(stand)).resolves.toBe(true);
  });

  it('T09: has no answer where the cluster takes longer than 10 seconds', async () => {
    const stand = standOf(() => new Promise(() => undefined));
    const decided = decide(stand).catch((error: unknown) => error);
    await stand.clock.advance(10_000);
    await expect(decided).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(stand.lines.join()).toContain('UPSTREAM_TIMEOUT');
  });

  it('T09: is logged by what is wrong, once a minute however many there are, and without what the cluster said', async () => {
    const stand = standOf(({ resourceAttributes: { name } }) =>
      name === 'odd' ? answer({ allowed: false, evaluationError: 'canary' }) : answer('canary', 500),
    );
    for (let index = 0; index < 50; index += 1) await decide(stand, { name: `web-${index}` }).catch(() => undefined);
    await decide(stand, { name: 'odd' });
    expect(stand.lines.map((line) => (JSON.parse(line) as { why: string }).why)).toEqual([
      'it answers with status 500',
      'it could not evaluate all of its rules',
    ]);
    await stand.clock.advance(60_000);
    await decide(stand).catch(() => undefined);
    expect(stand.lines).toHaveLength(3);
    expect(stand.lines.join()).not.toContain('canary');
  });
});

describe('what a cluster decided', () => {
  it('holds for 60 seconds from when it was asked, and is then known at once', async () => {
    let status = yes;
    const stand = standOf(async () => {
      await stand.clock.advance(1_000);
      return answer(status);
    });
    await decide(stand);
    status = no;
    await stand.clock.advance(58_999);
    expect(stand.decisions(alice, web, undefined)).toBe(true);
    await stand.clock.advance(1);
    await expect(decide(stand)).resolves.toBe(false);
  });

  it("holds no longer than the viewer's credential", async () => {
    const stand = standOf(() => answer(yes));
    await decide(stand, {}, stand.clock.now() + 20_000);
    await stand.clock.advance(19_999);
    expect(stand.decisions(alice, web, undefined)).toBe(true);
    await stand.clock.advance(1);
    await decide(stand);
    expect(stand.requests).toHaveLength(2);
  });

  it('is for that user with those groups, that right and that place alone', async () => {
    const stand = standOf(() => answer(yes));
    await decide(stand);
    for (const changes of [{ verb: 'watch' }, { subresource: 'layers' }, { namespace: 'bank' }, { name: 'api' }])
      await decide(stand, changes);
    await stand.decisions({ ...alice, groups: [], key: 'alice-alone' }, web, undefined);
    expect(stand.requests).toHaveLength(6);
  });

  it('is asked once by all who ask at a time', async () => {
    const stand = standOf(async () => {
      await settle();
      return answer(yes);
    });
    await expect(Promise.all(Array.from({ length: 50 }, () => decide(stand)))).resolves.not.toContain(false);
    expect(stand.requests).toHaveLength(1);
  });

  it('is asked about eight at a time; of more than five thousand that wait the rest has no answer', async () => {
    let answerAll: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    const stand = standOf(() => answered.then(() => answer(yes)));
    const all = Array.from({ length: 5_000 }, (_, index) => decide(stand, { name: `web-${index}` }));
    await settle();
    expect(stand.requests).toHaveLength(8);
    await expect(decide(stand, { name: 'one-more' })).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    answerAll();
    await Promise.all(all);
    expect(stand.requests).toHaveLength(5_000);
  });

  it('stays while others ask for very much that is not there', async () => {
    const stand = standOf(({ resourceAttributes: { name } }) => answer(name === 'web' ? yes : no));
    await decide(stand);
    for (let index = 0; index < 20_001; index += 1) await decide(stand, { name: `none-${index}` });
    const { length } = stand.requests;
    expect(stand.decisions(alice, web, undefined)).toBe(true);
    // Those that were asked for longest ago are not kept.
    await decide(stand, { name: 'none-0' });
    expect(stand.requests).toHaveLength(length + 1);
  });

  it('is not made up where a fault of ours kept us from asking', async () => {
    const stand = standOf(() => Promise.reject(new TypeError('a fault of ours')));
    await expect(decide(stand)).rejects.toThrow('a fault of ours');
    await expect(decide(stand)).rejects.toThrow('a fault of ours');
  });
});
