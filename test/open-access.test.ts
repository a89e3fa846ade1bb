import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Resource, Verb, Viewer } from '../src/access/access.ts';
import { loadConfig } from '../src/config.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../src/domain/reference.ts';
import { createLog } from '../src/lib/log.ts';
import { openAccess } from '../src/open-access.ts';

const page = readFileSync(new URL('../docs/security.md', import.meta.url), 'utf8');
const [, example = ''] = /```yaml\n(access:.*?)```/s.exec(page) ?? [];
const rest = `
registries: [{ name: registry.corp.example, kind: oci }]
streams:
  - { name: local, kind: local }
  - { name: prod-east, kind: openshift, inCluster: true }
`;

function accessOf(text: string) {
  const loaded = loadConfig(text, { file: '/etc/tributary.yaml', readFile: () => 'x' });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.warnings.filter(({ path }) => path.startsWith('access'))).toEqual([]);
  const outside = { env: {}, log: createLog({ level: 'silent' }), userAgent: 'tributary/test' };
  return openAccess(loaded.config, { outside, store: { list: () => Promise.resolve([]) } });
}

function viewer(id: string, ...groups: readonly string[]): Viewer {
  return { id, groups, expiresAt: undefined };
}

const registry = parseRegistryName('registry.corp.example');
const image = (name: string): Resource => ({ registry, repository: parseRepositoryName(name) });
const stream = (source: string): Resource => ({ source, namespace: 'shop', imageStream: 'web' });

describe('who decides', () => {
  const alice = viewer('oidc:corp:alice', 'oidc:corp:devs');
  const bob = viewer('oidc:corp:bob', 'oidc:corp:devs');
  const carol = viewer('oidc:corp:carol', 'oidc:corp:devs', 'oidc:corp:contractors');
  const bot = viewer('token:ci:deploy-bot');
  const cases: readonly (readonly [who: Viewer, verb: Verb, about: Resource, expected: boolean])[] = [
    [bob, 'inspect', { registry, repository: parseRepositoryName('team/app'), tag: parseTagName('1.0') }, true],
    [bob, 'list', image('ops/db'), false],
    [bob, 'list', { registry }, true],
    [bob, 'list', image('team/secret'), true],
    [carol, 'list', image('team/secret'), false],
    [carol, 'inspect', image('team/app'), true],
    [bob, 'get', { ...stream('prod-east'), tag: 'prod' } as Resource, true],
    [bob, 'inspect', stream('prod-east'), false],
    [bob, 'get', stream('local'), true],
    [bob, 'tag', stream('local'), false],
    [alice, 'tag', stream('local'), true],
    [alice, 'inspect', image('ops/db'), false],
    [bot, 'tag', stream('local'), true],
    [bot, 'list', { registry }, false],
    [viewer('anonymous'), 'list', { registry }, false],
  ];

  it.each(cases)('with the example of the documentation %j may %s %j: %s', (who, verb, about, expected) => {
    expect(accessOf(example + rest).may(who, verb, about)).toBe(expected);
  });

  it('lets everyone do everything where access is open', () => {
    const access = accessOf(`access: { mode: open }${rest}`);
    expect(access.may(viewer('anonymous'), 'delete', stream('local'))).toBe(true);
    expect(access.scopeOf?.(alice)).toBe(access.scopeOf?.(bob));
  });
});
