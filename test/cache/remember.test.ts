import { describe, expect, it } from '@jest/globals';
import { createMemory } from '../../src/cache/memory.ts';
import { remember } from '../../src/cache/remember.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { ask, createFakeRegistry, digest } from '../support/fake-registry.ts';

const minute = 60_000;
const one = parseRepositoryName('team/one');
const two = parseRepositoryName('team/two');
const latest = parseTagName('latest');
const [a, b] = [digest('a'), digest('b')];

function setUp(maxBytes = 10_000_000) {
  const clock = { now: 1_000_000_000_000 };
  const now = (): number => clock.now;
  const upstream = createFakeRegistry(now);
  upstream.held.set(one, new Set([a, b]));
  upstream.tagTargets.set(`${one}:${latest}`, () => Promise.resolve(a));
  const memory = createMemory(maxBytes);
  const registry = remember(upstream, { memory, tagTtl: minute, maxStale: 24 * 60 * minute, now });
  return { clock, upstream, registry, memory };
}

const outage = new GatewayError('UPSTREAM_UNAVAILABLE', 'registry.example is down', {});

describe('what has a digest', () => {
  it('is fetched once for a repository and then answered from memory', async () => {
    const { upstream, registry } = setUp();
    await Promise.all(registry.manifests(one, [a, b], ask()));
    const again = ask();
    const found = await Promise.all(registry.manifests(one, [a, b], again));
    expect(found.map((manifest) => manifest?.digest)).toEqual([a, b]);
    expect(upstream.asked).toEqual([`manifests ${one} ${a} ${b}`]);
    expect(again.cost).toEqual({ upstreamRequests: 0, cacheHits: 2, coalesced: 0 });
  });

  it('is not given out under a repository that does not hold it, though its bytes are known', async () => {
    const { upstream, registry } = setUp();
    await Promise.all(registry.manifests(one, [a], ask()));
    expect(await registry.manifests(two, [a], ask())[0]).toBeUndefined();
    expect(upstream.asked).toEqual([`manifests ${one} ${a}`, `holds manifests ${two} ${a}`]);
  });

  it('is given out under a second repository once that one says that it holds it, without a second fetch', async () => {
    const { upstream, registry } = setUp();
    upstream.held.set(two, new Set([a]));
    await Promise.all(registry.manifests(one, [a], ask()));
    expect((await registry.manifests(two, [a], ask())[0])?.digest).toBe(a);
    await Promise.all(registry.manifests(two, [a], ask()));
    expect(upstream.asked).toEqual([`manifests ${one} ${a}`, `holds manifests ${two} ${a}`]);
  });

  it('is believed to be held for an hour, then asked about, not fetched', async () => {
    const { clock, upstream, registry } = setUp();
    await Promise.all(registry.manifests(one, [a], ask()));
    clock.now += 59 * minute;
    await Promise.all(registry.manifests(one, [a], ask()));
    expect(upstream.asked).toHaveLength(1);
    clock.now += 2 * minute;
    await Promise.all(registry.manifests(one, [a], ask()));
    expect(upstream.asked[1]).toBe(`holds manifests ${one} ${a}`);
  });

  it('F02: stands in for a registry that fails, for a day, and says that it is stale', async () => {
    const { clock, upstream, registry } = setUp();
    await Promise.all(registry.manifests(one, [a], ask()));
    upstream.failure = outage;
    clock.now += 2 * 60 * minute;
    const found = await registry.manifests(one, [a], ask())[0];
    expect(found?.freshness).toMatchObject({ state: 'STALE', reason: 'registry.example is down' });
    clock.now += 24 * 60 * minute;
    await expect(registry.manifests(one, [a], ask())[0]).rejects.toBe(outage);
  });

  it('is fetched again where its bytes had to make room', async () => {
    const { upstream, registry } = setUp(1_500);
    await registry.manifests(one, [a], ask())[0];
    await registry.manifests(one, [b], ask())[0];
    await registry.manifests(one, [digest('a')], ask())[0];
    expect(upstream.asked.filter((asked) => asked.startsWith('manifests')).length).toBeGreaterThanOrEqual(2);
  });

  it('is answered though it is larger than the memory', async () => {
    const { registry } = setUp(100);
    expect((await registry.manifests(one, [a], ask())[0])?.digest).toBe(a);
  });

  it('teaches by its tag that the repository holds it', async () => {
    const { upstream, registry } = setUp();
    upstream.held.set(two, new Set([a]));
    upstream.tagTargets.set(`${two}:${latest}`, () => Promise.resolve(a));
    await Promise.all(registry.manifests(one, [a], ask()));
    await Promise.all(registry.resolveTags(two, [latest], ask()));
    await Promise.all(registry.manifests(two, [a], ask()));
    expect(upstream.asked).toEqual([`manifests ${one} ${a}`, `resolveTags ${two} latest`]);
  });

  it('is counted within one bound of bytes', async () => {
    const { registry, memory } = setUp(5_000);
    const many = Array.from('0123456789abcdef', digest);
    await Promise.all(
      registry.blobs(
        one,
        many.map((each) => ({ mediaType: 'x', digest: each, size: 900 })),
        ask(),
      ),
    );
    expect(memory.size()).toBeLessThanOrEqual(5_000);
  });
});

describe('a tag', () => {
  it('is fresh for its time, then answered stale at once while it is read again', async () => {
    const { clock, upstream, registry } = setUp();
    await registry.resolveTags(one, [latest], ask())[0];
    clock.now += minute - 1;
    expect((await registry.resolveTags(one, [latest], ask())[0])?.freshness.state).toBe('FRESH');
    expect(upstream.asked).toHaveLength(1);
    clock.now += 1;
    upstream.tagTargets.set(`${one}:${latest}`, () => Promise.resolve(b));
    const stale = await registry.resolveTags(one, [latest], ask())[0];
    expect(stale).toMatchObject({ digest: a, freshness: { state: 'STALE' } });
    await new Promise(setImmediate);
    expect(await registry.resolveTags(one, [latest], ask())[0]).toMatchObject({
      digest: b,
      freshness: { state: 'FRESH' },
    });
    expect(upstream.asked).toHaveLength(2);
  });

  it('is waited for when it is older than that', async () => {
    const { clock, upstream, registry } = setUp();
    await registry.resolveTags(one, [latest], ask())[0];
    upstream.tagTargets.set(`${one}:${latest}`, () => Promise.resolve(b));
    clock.now += 3 * minute;
    expect((await registry.resolveTags(one, [latest], ask())[0])?.digest).toBe(b);
  });

  it('F02: ten minutes old it stands in for a registry that fails; 25 hours old it does not', async () => {
    const { clock, upstream, registry } = setUp();
    await registry.resolveTags(one, [latest], ask())[0];
    upstream.failure = outage;
    clock.now += 10 * minute;
    expect(await registry.resolveTags(one, [latest], ask())[0]).toMatchObject({
      digest: a,
      freshness: { state: 'STALE', reason: 'registry.example is down' },
    });
    clock.now += 25 * 60 * minute;
    await expect(registry.resolveTags(one, [latest], ask())[0]).rejects.toBe(outage);
  });

  it('is not answered from memory where our right to it, or the answer, is in doubt', async () => {
    const { clock, upstream, registry } = setUp();
    await registry.resolveTags(one, [latest], ask())[0];
    clock.now += 10 * minute;
    upstream.failure = new GatewayError('UPSTREAM_UNAUTHORIZED', 'refused', {});
    await expect(registry.resolveTags(one, [latest], ask())[0]).rejects.toThrow('refused');
    upstream.failure = new GatewayError('UPSTREAM_DIGEST_MISMATCH', 'mismatch', {});
    await expect(registry.resolveTags(one, [latest], ask())[0]).rejects.toThrow('mismatch');
  });

  it('that does not exist is asked for each time', async () => {
    const { upstream, registry } = setUp();
    expect(await registry.resolveTags(two, [latest], ask())[0]).toBeUndefined();
    expect(await registry.resolveTags(two, [latest], ask())[0]).toBeUndefined();
    expect(upstream.asked).toHaveLength(2);
  });

  it('whose question failed or was given up is asked for again', async () => {
    const { upstream, registry } = setUp();
    upstream.failure = outage;
    await expect(registry.resolveTags(one, [latest], ask())[0]).rejects.toBe(outage);
    upstream.failure = undefined;
    const leaving = new AbortController();
    const [given] = registry.resolveTags(one, [latest], ask(leaving.signal));
    leaving.abort(new Error('gone'));
    await expect(given).rejects.toThrow('gone');
    expect((await registry.resolveTags(one, [latest], ask())[0])?.digest).toBe(a);
  });
});
