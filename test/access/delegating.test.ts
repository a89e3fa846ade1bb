import { describe, expect, it } from '@jest/globals';
import { viewerNamed, type Resource, type Verb } from '../../src/access/access.ts';
import { createDelegatingAccess } from '../../src/access/delegating.ts';
import { createPolicy } from '../../src/access/policy/policy.ts';
import type { Rule } from '../../src/access/policy/rule.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { parseRegistryName, parseRepositoryName } from '../../src/domain/reference.ts';

const alice = viewerNamed('kubernetes:east:alice');
const mallory = viewerNamed('kubernetes:east:mallory');
const bot = viewerNamed('token:ci:bot');
const registry = parseRegistryName('registry.east.example');
const web: Resource = { source: 'east', namespace: 'shop', imageStream: 'web' };
const secret: Resource = { source: 'east', namespace: 'shop', imageStream: 'secret' };
const pulled: Resource = { registry, repository: parseRepositoryName('shop/secret') };

const rule = (keys: Partial<Rule>): Rule => ({
  ...{ users: ['**'], groups: [], allow: [], deny: [], repositories: [], imageStreams: [] },
  ...keys,
});
const denies = [
  rule({ users: [mallory.id], deny: ['get'], imageStreams: ['east/shop/secret'] }),
  rule({ users: [mallory.id], deny: ['get'], repositories: ['registry.east.example/shop/secret'] }),
];
const all: readonly Verb[] = ['list', 'get', 'inspect', 'watch', 'tag', 'import', 'delete'];
const theirs = { imageStreams: ['east/**'], repositories: ['registry.east.example/**'] };

/** A cluster that decides about `east`: what it is asked is noted. */
function given(decide: () => boolean | Promise<boolean>) {
  const asked: unknown[] = [];
  const access = createDelegatingAccess({
    policy: createPolicy([
      ...denies,
      rule({ allow: all, ...theirs }),
      rule({ allow: ['get'], imageStreams: ['local/**'] }),
    ]),
    bounds: createPolicy([...denies, rule({ users: ['kubernetes:east:*'], allow: all, ...theirs })]),
    delegations: [
      {
        source: 'east',
        registries: [registry],
        cluster: {
          knows: ({ id }) => id.startsWith('kubernetes:east:'),
          may: (_, verb, resource) => {
            asked.push([verb, resource]);
            return decide();
          },
        },
      },
    ],
  });
  return { access, asked };
}

describe('access that is left to a cluster', () => {
  it.each([
    ['allows', true],
    ['does not allow', false],
  ])('is what the cluster %s, whatever a rule allows', (_, is) => {
    const { access, asked } = given(() => is);
    expect([access.may(alice, 'get', web), access.may(alice, 'inspect', { registry })]).toEqual([is, is]);
    expect(asked).toHaveLength(2);
  });

  it('is denied by a rule without asking the cluster', () => {
    const { access, asked } = given(() => true);
    const decided = [web, secret, pulled].map((resource) => access.may(mallory, 'get', resource));
    expect(decided).toEqual([true, false, false]);
    expect(access.may(mallory, 'get', { source: 'east' })).toBe(false);
    expect(asked).toEqual([['get', web]]);
  });

  it('is nothing for callers whom the cluster does not know, who are not asked about', () => {
    const { access, asked } = given(() => true);
    expect(all.map((verb) => access.may(bot, verb, web))).toEqual(all.map(() => false));
    expect(asked).toEqual([]);
  });

  it('leaves everything else to the rules', () => {
    const { access, asked } = given(() => false);
    const local: Resource = { source: 'local', namespace: 'shop', imageStream: 'web' };
    expect([alice, bot].map((viewer) => access.may(viewer, 'get', local))).toEqual([true, true]);
    expect(asked).toEqual([]);
  });

  it('makes a viewer whom the cluster knows a scope of their own, and no other', () => {
    const { access } = given(() => true);
    expect(access.scopeOf?.(alice)).toBeUndefined();
    expect(access.scopeOf?.(bot)).toBe(access.scopeOf?.(viewerNamed('token:ci:other')));
  });

  it('rejects where the cluster cannot be asked, and fails nobody who does not wait for it', async () => {
    const { access } = given(() => Promise.reject(new GatewayError('AUTH_UNAVAILABLE', 'down', {})));
    void access.may(alice, 'get', web);
    await expect(access.may(alice, 'get', web)).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  });
});
