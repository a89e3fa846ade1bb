import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Resource, Verb, Viewer } from '../../../src/access/access.ts';
import { createClusterAccess } from '../../../src/access/cluster/cluster-access.ts';
import type { Attributes } from '../../../src/access/cluster/rights.ts';
import { createSubjectOf } from '../../../src/access/cluster/subject.ts';
import { parseRegistryName, parseRepositoryName } from '../../../src/domain/reference.ts';
import { answer, standOf } from './stand.ts';

const registry = parseRegistryName('registry.prod-east.example');
const verbs: readonly Verb[] = ['list', 'get', 'inspect', 'watch', 'tag', 'import', 'delete'];
const viewerOf = (id: string, groups: readonly string[] = [], expiresAt?: number): Viewer => ({
  id,
  groups,
  expiresAt,
});
const alice = viewerOf('kubernetes:east:alice', ['kubernetes:east:devs']);

/** As `verb resource[/subresource] namespace/name`, `*` for all. */
function textOf({ verb, resource, subresource, namespace = '*', name = '*' }: Attributes): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`} ${namespace}/${name}`;
}

/** A cluster that allows what is told here, in those words. */
function clusterWith(allowed: readonly string[], streams: Readonly<Record<string, readonly string[]>> = {}) {
  const stand = standOf(({ resourceAttributes }) => answer({ allowed: allowed.includes(textOf(resourceAttributes)) }));
  const access = createClusterAccess({
    subjectOf: createSubjectOf([
      { kind: 'kubernetes', name: 'east' },
      { kind: 'oidc', name: 'corp' },
    ]),
    decisions: stand.decisions,
    streamsIn: (namespace) => Promise.resolve(streams[namespace] ?? []),
    clock: stand.clock,
  });
  const questions = () => stand.asked.map(({ resourceAttributes }) => textOf(resourceAttributes));
  const may = async (verb: Verb, resource: Resource, viewer = alice) => access.may(viewer, verb, resource);
  return { ...stand, access, questions, may };
}

const at = (namespace?: string, imageStream?: string, tag?: string): Resource => ({
  source: 'prod-east',
  ...(namespace !== undefined && { namespace }),
  ...(imageStream !== undefined && { imageStream }),
  ...(tag !== undefined && { tag }),
});

describe('a right that a cluster decides about', () => {
  it.each<[Verb, Resource, string]>([
    ['get', at('shop', 'web'), 'get imagestreams shop/web'],
    ['get', at('shop', 'web', 'prod'), 'get imagestreams shop/web'],
    ['watch', at('shop', 'web', 'prod'), 'watch imagestreams shop/web'],
    ['inspect', at('shop', 'web'), 'get imagestreams/layers shop/web'],
    ['tag', at('shop', 'web', 'prod'), 'update imagestreams/layers shop/web'],
    ['import', at('shop', 'web'), 'update imagestreams/layers shop/web'],
    ['delete', at('shop', 'web'), 'delete imagestreams shop/web'],
    ['delete', at('shop', 'web', 'prod'), 'delete imagestreamtags shop/web:prod'],
    ['get', at('shop'), 'get imagestreams shop/*'],
    ['watch', at('shop'), 'watch imagestreams shop/*'],
    ['get', at(), 'get imagestreams */*'],
    ['watch', at(), 'watch imagestreams */*'],
    ['inspect', { registry, repository: parseRepositoryName('shop/web') }, 'get imagestreams/layers shop/web'],
    ['get', { registry }, 'get imagestreams */*'],
  ])('%s %j is %s', async (verb, resource, right) => {
    const [, what = '', namespace = '', name = ''] = /^(.*) (.*)\/(.*)$/.exec(right) ?? [];
    const wider = [...new Set([`${what} */*`, `${what} ${namespace}/*`, `${what} ${namespace}/${name}`])];
    const refusing = clusterWith([]);
    await expect(refusing.may(verb, resource)).resolves.toBe(false);
    expect(refusing.questions()).toEqual(wider);
    for (const [index, allowed] of wider.entries()) {
      const allowing = clusterWith([allowed]);
      await expect(allowing.may(verb, resource)).resolves.toBe(true);
      // Of the wide and the narrow, the first that allows is the last that is asked.
      expect(allowing.questions()).toEqual(wider.slice(0, index + 1));
    }
  });

  it.each(verbs)('to %s is of no use for any other, but that what is allowed is listed', async (verb) => {
    const given = clusterWith([]);
    await given.may(verb, at('shop', 'web'));
    const [, , right = ''] = given.questions().slice(0, 3);
    const { may } = clusterWith([right]);
    const others = verbs.filter(
      (other) => other !== verb && !(`${verb} ${other}` === 'tag import' || `${verb} ${other}` === 'import tag'),
    );
    const allowed = await Promise.all(others.map((other) => may(other, at('shop', 'web'))));
    const expected = verb === 'list' ? ['get'] : ['list'];
    expect(others.filter((_, index) => allowed[index])).toEqual(expected);
  });

  it.each<[string, Resource]>([
    ['no namespace', at('', 'web')],
    ['no name', at('shop', '')],
    ['a path for a namespace', at('shop/web', 'web')],
    ['a dot for a name', at('shop', '..')],
    ['a name that is longer than any', at('shop', 'w'.repeat(254))],
    ['an empty tag', at('shop', 'web', '')],
    ['a repository of one part', { registry, repository: parseRepositoryName('web') }],
    ['a repository of three', { registry, repository: parseRepositoryName('shop/web/app') }],
  ])('is never asked about where there is %s, and nobody has it', async (_, resource) => {
    const { may, questions } = clusterWith(['get imagestreams */*', 'list imagestreams */*']);
    expect([await may('get', resource), await may('list', resource), questions()]).toEqual([false, false, []]);
  });

  it('is asked about in the same words for what is there and what is not', async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...verbs), name, name, fc.option(name), async (verb, stream, absent, tag) => {
        const ask = async (imageStream: string) => {
          const { may, questions } = clusterWith(['get imagestreams shop/known'], { shop: ['known', stream] });
          const decided = await may(verb, at('shop', imageStream, tag ?? undefined));
          return { decided, questions: questions().map((text) => text.replace(`shop/${imageStream}`, 'shop/NAME')) };
        };
        fc.pre(stream !== 'known' && absent !== 'known');
        expect(await ask(stream)).toEqual(await ask(absent));
      }),
    );
  });
});

describe('who a cluster is asked about', () => {
  const asked = async (viewer: Viewer) => {
    const stand = clusterWith(['get imagestreams */*']);
    const is = await stand.may('get', at('shop', 'web'), viewer);
    return { is, as: stand.asked.map(({ user, groups }) => ({ user, groups })) };
  };

  it('is named as the cluster names them, without what says who named them', async () => {
    const viewer = viewerOf('kubernetes:east:system:serviceaccount:shop:web', [
      'kubernetes:east:system:serviceaccounts',
      'kubernetes:east:devs',
    ]);
    const as = [{ user: 'system:serviceaccount:shop:web', groups: ['devs', 'system:serviceaccounts'] }];
    expect(await asked(viewer)).toEqual({ is: true, as });
  });

  it('has of an issuer no name that Kubernetes keeps for itself', async () => {
    const groups = ['oidc:corp:devs', 'oidc:corp:system:masters'];
    const as = [{ user: 'alice', groups: ['devs', 'system:authenticated'] }];
    expect(await asked(viewerOf('oidc:corp:alice', groups))).toEqual({ is: true, as });
    expect(await asked(viewerOf('oidc:corp:system:admin', groups))).toEqual({ is: false, as: [] });
  });

  it.each([
    'anonymous',
    'token:east:alice',
    'kubernetes:west:alice',
    'kubernetes:east2:alice',
    'oidc:east:alice',
    'rules:0,1',
    'alice',
  ])('is nobody else: %s may nothing, not even know of the source', async (id) => {
    const { may, questions, access } = clusterWith(['get imagestreams */*']);
    const decided = await Promise.all(verbs.map((verb) => may(verb, at(), viewerOf(id))));
    expect([...decided, ...questions(), access.knows(viewerOf(id))]).toEqual(Array(8).fill(false));
  });

  it('may nothing once what they showed has ended, also where somebody else may', async () => {
    const { may, clock } = clusterWith(['get imagestreams */*']);
    await expect(may('get', at('shop', 'web'))).resolves.toBe(true);
    const ending = viewerOf(alice.id, alice.groups, clock.now() + 5_000);
    await expect(may('get', at('shop', 'web'), ending)).resolves.toBe(true);
    await clock.advance(5_000);
    await expect(may('get', at('shop', 'web'), ending)).resolves.toBe(false);
    await expect(may('get', at('shop', 'web'))).resolves.toBe(true);
  });
});

describe('what a cluster lets be listed', () => {
  const streams = { shop: ['api', 'web'], bank: ['vault'] };

  it('is the source for whoever it knows, without asking it', async () => {
    const { may, questions } = clusterWith([]);
    expect([await may('list', at()), await may('list', { registry }), questions()]).toEqual([true, true, []]);
  });

  it.each([
    'get imagestreams shop/*',
    'list imagestreams shop/*',
    'watch imagestreams */*',
    'get imagestreams/layers shop/*',
    'update imagestreams/layers shop/*',
    'delete imagestreams shop/*',
    'get imagestreams shop/web',
  ])('is a namespace for whoever may %s', async (right) => {
    const { may } = clusterWith([right], streams);
    await expect(may('list', at('shop'))).resolves.toBe(true);
  });

  it('is no namespace for whoever may nothing there, be it there or not', async () => {
    const { may } = clusterWith(['get imagestreams shop/web'], streams);
    expect([await may('list', at('bank')), await may('list', at('none'))]).toEqual([false, false]);
  });

  it('is decided at once when all of it is known', async () => {
    const { access, may } = clusterWith(['get imagestreams shop/web'], streams);
    await may('get', at('shop', 'web'));
    await may('get', at('shop', 'api'));
    const decided = ['web', 'api'].map((name) => access.may(alice, 'get', at('shop', name, 'prod')));
    expect(decided).toEqual([true, false]);
  });
});
