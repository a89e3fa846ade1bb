import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SampleIdentity } from '../../../demo/openshift-server.ts';
import { closeClusters, startCluster, type TestCluster } from './test-cluster.ts';

const reading = { namespaces: ['demo'], verbs: ['get'], resources: ['imagestreams'] };
const identities: Readonly<Record<string, SampleIdentity>> = {
  'sample-token': { user: 'admin', rules: 'admin' },
  one: { user: 'one', groups: ['readers'], rules: [{ ...reading, names: ['app'] }] },
  none: { user: 'none', rules: [] },
};

let test: TestCluster;
beforeEach(async () => {
  test = await startCluster({ identities, groupRules: { readers: [reading] } });
});
afterEach(closeClusters);

const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

async function review(who: object, what: object, token?: string) {
  const resourceAttributes = { group: 'image.openshift.io', verb: 'get', resource: 'imagestreams', ...what };
  const body = { spec: { ...who, resourceAttributes } };
  const request = { method: 'POST', body, ...(token !== undefined && { token }) };
  const answer = await test.ask(reviews, request);
  return answer.status === 201 ? answer.body.status : answer.status;
}

describe('a SubjectAccessReview of the sample cluster', () => {
  it('decides by what is bound to the user, by names too', async () => {
    const here = { namespace: 'demo' };
    expect(await review({ user: 'one' }, { ...here, name: 'app' })).toEqual({ allowed: true });
    expect(await review({ user: 'one' }, { ...here, name: 'tool' })).toEqual({ allowed: false });
    expect(await review({ user: 'one' }, here)).toEqual({ allowed: false });
    expect(await review({ user: 'admin' }, {})).toEqual({ allowed: true });
  });

  it('decides by what is bound to the groups that it names, and to no others of that user', async () => {
    expect(await review({ user: 'none', groups: ['readers'] }, { namespace: 'demo' })).toEqual({ allowed: true });
    expect(await review({ groups: ['readers'] }, { namespace: 'demo' })).toEqual({ allowed: true });
    expect(await review({ user: 'one' }, { namespace: 'demo', name: 'tool' })).toEqual({ allowed: false });
    expect(await review({ user: 'none', groups: ['readers'] }, {})).toEqual({ allowed: false });
  });

  it('follows what becomes of the rules', async () => {
    test.cluster.setRules('none', [reading]);
    expect(await review({ user: 'none' }, { namespace: 'demo' })).toEqual({ allowed: true });
    test.cluster.setRules('none', []);
    expect(await review({ user: 'none' }, { namespace: 'demo' })).toEqual({ allowed: false });
  });

  it('takes the right to create it, and somebody to ask about', async () => {
    expect(await review({ user: 'one' }, { namespace: 'demo' }, 'one')).toBe(403);
    expect(await review({}, { namespace: 'demo' })).toBe(400);
  });
});

describe('a TokenReview of the sample cluster', () => {
  it('says who has a token, for the audiences that are asked about', async () => {
    const ask = async (token: string) => {
      const body = { spec: { token, audiences: ['tributary'] } };
      return (await test.ask('/apis/authentication.k8s.io/v1/tokenreviews', { method: 'POST', body })).body.status;
    };
    expect(await ask('one')).toEqual({
      authenticated: true,
      user: { username: 'one', groups: ['readers'] },
      audiences: ['tributary'],
    });
    expect(await ask('stranger')).toMatchObject({ user: {}, error: expect.any(String) });
  });
});
