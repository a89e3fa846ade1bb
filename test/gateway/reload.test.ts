import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { ask, dataOf } from '../support/gateway.ts';
import { seed } from '../support/registry-seed.ts';
import { startReloadStand, untilRetired, type ReloadStand } from './reload-stand.ts';

const image = (registry: string) => `image(reference: "${registry}/team/app:1") { digest config { labels { value } } }`;
const labelled = (value: string) => ({ digest: expect.any(String), config: { labels: [{ value }] } });

let a: FaultyRegistry;
let b: FaultyRegistry;
let stand: ReloadStand;
let both: { readonly registries: readonly object[] };
let onlyA: typeof both;

const entry = (name: string, { url }: FaultyRegistry, more: object = {}) => ({
  ...{ name, kind: 'oci', url, insecure: true, allowPrivateNetwork: true },
  ...more,
});

beforeEach(async () => {
  [a, b] = await Promise.all([createFaultyRegistry(), createFaultyRegistry()]);
  seed(a.store).image('team/app', '1', { labels: { from: 'a' } });
  seed(b.store).image('team/app', '1', { labels: { from: 'b' } });
  both = { registries: [entry('a.example', a), entry('b.example', b)] };
  onlyA = { registries: [entry('a.example', a)] };
  stand = await startReloadStand(() => both);
});

afterEach(async () => {
  await stand.stop();
  await Promise.all([a.close(), b.close()]);
});

const names = async (): Promise<unknown> => (await dataOf(stand.url, '{ registries { name } }'))['registries'];

describe('a configuration that is not taken over', () => {
  it.each<[string, () => object | string, readonly string[]]>([
    ['is no YAML', () => 'access: {', ['']],
    ['has several problems', () => ({ ...onlyA, acces: {}, limits: { depth: 0 } }), ['acces', 'limits.depth']],
    [
      'takes a restart',
      () => ({ ...onlyA, server: { port: 1 }, limits: { headerBytes: '32KiB' } }),
      ['server.port', 'limits.headerBytes'],
    ],
  ])(
    'O04: leaves the one before in force, with each problem in the log and a metric, where it %s',
    async (_, config, paths) => {
      expect(await stand.reload(config())).toBe('refused');
      expect(await names()).toEqual([{ name: 'a.example' }, { name: 'b.example' }]);
      const problems = stand.log.filter(({ level, path }) => level === 'error' && path !== undefined);
      expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(paths));
      expect(await stand.metric('tributary_config_reload_failures_total')).toBe(1);
      expect(await stand.metric('tributary_config_reloads_total')).toBe(0);
      expect(await stand.metric('tributary_config_current')).toBe(0);

      expect(await stand.reload(both)).toBe('in-force');
      expect(await stand.metric('tributary_config_current')).toBe(1);
    },
  );
});

describe('a configuration that is taken over', () => {
  it('O04: replaces the one before as a whole, and the log says by names what has changed', async () => {
    expect(await stand.reload({ ...onlyA, limits: { depth: 3 }, server: { port: 0, introspection: false } })).toBe(
      'in-force',
    );
    expect(await names()).toEqual([{ name: 'a.example' }]);
    const { errors } = await ask(
      stand.url,
      `{ image(reference: "a.example/team/app:1") { config { labels { value } } } }`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'depth' });
    expect((await ask(stand.url, '{ __schema { queryType { name } } }')).errors).toHaveLength(1);
    expect(await stand.metric('tributary_config_reloads_total')).toBe(1);
    const lines = stand.log.filter(({ message }) => message === 'configuration reloaded');
    expect(lines).toMatchObject([
      {
        registries: { added: [], removed: ['b.example'], changed: [] },
        streams: { added: [], removed: [], changed: [] },
        keys: ['server.introspection', 'limits.depth'],
        files: [],
      },
    ]);
  });

  it('O04: ends what a removed registry served at once: answers, facts and metrics', async () => {
    const query = `{ ${image('b.example')} }`;
    expect(await dataOf(stand.url, query)).toEqual({ image: labelled('b') });
    expect(await stand.metric('tributary_registry_up{registry="b.example"}')).toBe(1);
    const before = (await stand.metric('tributary_cache_bytes')) ?? 0;
    await stand.reload(onlyA);
    expect((await ask(stand.url, query)).errors?.[0]?.extensions.code).toBe('REGISTRY_UNKNOWN');
    expect(await stand.metric('tributary_registry_up{registry="b.example"}')).toBeUndefined();
    await untilRetired(stand);
    expect(await stand.metric('tributary_cache_bytes')).toBeLessThan(before);

    await stand.reload(both);
    const asked = b.requests.length;
    expect(await dataOf(stand.url, query)).toEqual({ image: labelled('b') });
    // Bytes are kept by digest, and given out only after the repository was asked whether it holds them.
    expect(b.lines(asked).map((line) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD']);
  });

  it('O04: gives out no bytes of a removed registry under another that does not hold them', async () => {
    const { digest } = (await dataOf(stand.url, `{ ${image('b.example')} }`))['image'] as { readonly digest: string };
    await stand.reload(onlyA);
    expect(await dataOf(stand.url, `{ image(reference: "a.example/team/app@${digest}") { digest } }`)).toEqual({
      image: null,
    });
  });

  it('O04: remembers what it knew of registries that stay as they are, and nothing of one at another address', async () => {
    await dataOf(stand.url, `{ a: ${image('a.example')} b: ${image('b.example')} }`);
    const asked = a.requests.length;
    // The name b.example means the registry of a.example from here on.
    await stand.reload({ registries: [entry('a.example', a), entry('b.example', a)] });
    expect(await dataOf(stand.url, `{ ${image('a.example')} }`)).toEqual({ image: labelled('a') });
    expect(a.requests).toHaveLength(asked);
    expect(await dataOf(stand.url, `{ ${image('b.example')} }`)).toEqual({ image: labelled('a') });
  });

  it('O04: lets a query that is under way end with what it began with', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    b.fail(() => ({ kind: 'wait', until: held }));
    const asked = b.requests.length;
    const answered = dataOf(stand.url, `{ ${image('b.example')} }`);
    await b.received(asked + 1);
    await stand.reload(onlyA);
    expect(await names()).toEqual([{ name: 'a.example' }]);
    b.fail(undefined);
    answer();
    expect(await answered).toEqual({ image: labelled('b') });
    await untilRetired(stand);
  });
});
