import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import {
  configChanges,
  configJsonSchema,
  isUnchanged,
  loadConfig,
  mayShowLess,
  restartProblems,
} from '../../src/config.ts';
import type { Config } from '../../src/config.ts';

const registry = (name: string, more: object = {}) => ({ name, kind: 'oci', ...more });
const base = {
  access: { mode: 'policy', anonymous: true, rules: [] },
  registries: [registry('a.example'), registry('b.example')],
  streams: [{ name: 'local', kind: 'local' }],
};

function configOf(keys: object): Config {
  const loaded = loadConfig(stringify({ ...base, ...keys }), { file: '/etc/tributary/tributary.yaml' });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

const none = { added: [], removed: [], changed: [] };
const changesTo = (keys: object) => configChanges(configOf({}), configOf(keys));

describe('what another configuration says otherwise', () => {
  it('is nothing where only the text differs', () => {
    const changes = changesTo({ server: { port: 4000 }, limits: {} });
    expect(changes).toEqual({ registries: none, streams: none, keys: [] });
    expect(isUnchanged(changes)).toBe(true);
  });

  it('O04: is told by names and keys, never by what they hold', () => {
    const changes = changesTo({
      writes: true,
      limits: { depth: 5 },
      store: { retention: { age: '1d' } },
      access: { mode: 'open' },
      registries: [registry('b.example', { insecure: true }), registry('c.example')],
      streams: [],
    });
    expect(changes).toEqual({
      registries: { added: ['c.example'], removed: ['a.example'], changed: ['b.example'] },
      streams: { ...none, removed: ['local'] },
      keys: [
        'access.mode',
        'access.anonymous',
        'access.callers',
        'access.rules',
        'access.clusters',
        'writes',
        'store.retention',
        'limits.depth',
        // Without callers there is no budget for each.
        'limits.budget',
      ],
    });
    expect(isUnchanged(changes)).toBe(false);
    expect(restartProblems(changes)).toEqual([]);
  });

  it.each<[string, object, boolean]>([
    ['other rules', { access: { mode: 'open' } }, true],
    ['a registry less', { registries: [registry('a.example')] }, true],
    [
      'another registry under the same name',
      { registries: [registry('a.example', { url: 'https://c.example' }), registry('b.example')] },
      true,
    ],
    ['a source less', { streams: [] }, true],
    ['a registry more', { registries: [...base.registries, registry('c.example')] }, false],
    ['another limit', { limits: { depth: 5 } }, false],
  ])('O04: may show less to somebody, or not: %s', (_, keys, expected) => {
    expect(mayShowLess(changesTo(keys))).toBe(expected);
  });
});

const restarting: readonly (readonly [key: string, keys: object])[] = [
  ['server.host', { server: { host: '127.0.0.2' } }],
  ['server.port', { server: { port: 4001 } }],
  ['store.url', { store: { url: 'file:./other' }, cache: { folder: './data' } }],
  ['cache.memory', { cache: { memory: '1MiB' } }],
  ['cache.disk', { cache: { disk: '1GiB' } }],
  ['cache.folder', { cache: { folder: './cache' } }],
  ['limits.headerBytes', { limits: { headerBytes: '32KiB' } }],
  ['limits.headersTimeout', { limits: { headersTimeout: '5s' } }],
  ['limits.requestTimeout', { limits: { requestTimeout: '60s' } }],
];

describe('a key that the process is built on', () => {
  it.each(restarting)('O04: is a problem with its path where it changes: %s', (path, keys) => {
    expect(restartProblems(changesTo(keys))).toEqual([
      { path, message: expect.stringContaining('restart the gateway'), line: undefined, column: undefined },
    ]);
  });

  it('says so where it is described, and no other does', () => {
    expect(described(configJsonSchema())).toEqual(restarting.map(([key]) => key).sort());
  });
});

/** The keys whose description says that a change takes a restart. */
function described(schema: object): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('description' in value && String(value.description).includes('takes a restart')) found.push(path.join('.'));
    if (!('properties' in value)) return;
    for (const [key, inner] of Object.entries(value.properties as object)) visit(inner, [...path, key]);
  };
  visit(schema, []);
  return found.sort();
}
