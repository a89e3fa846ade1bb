import { afterEach, describe, expect, it } from '@jest/globals';
import { dockerHubPersona } from '../../demo/index.ts';
import type { Answer } from '../../demo/registry/exchange.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { createDockerHub } from '../../src/registries/docker-hub/index.ts';
import { createFaultyRegistry, type FaultyRegistry, type FaultyRegistryOptions } from '../support/faulty-registry.ts';
import { linuxAmd64, linuxArm64, seed, type Seed } from '../support/registry-seed.ts';
import { codeOf, newAsk, only, openRegistry, present, type WayOut } from './open-registry.ts';

const repository = parseRepositoryName('team/app');
const hubPath = '/v2/namespaces/team/repositories/app';
const unknownPlatform = { os: 'unknown', architecture: 'unknown' };

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function start(
  fill: (seed: Seed) => void,
  persona: FaultyRegistryOptions = {},
  way: Partial<WayOut> = {},
): Promise<{ readonly server: FaultyRegistry; readonly hub: Registry }> {
  const server = await createFaultyRegistry({ ...dockerHubPersona, ...persona });
  const { registry: hub, close } = openRegistry(createDockerHub, { url: server.url, ...way });
  open.push(close, () => server.close());
  fill(seed(server.store));
  return { server, hub };
}

function isHub(path: string): boolean {
  return path.startsWith('/v2/namespaces/');
}

describe('Docker Hub', () => {
  it('lists 100 tags with their digests and platforms in exactly one request', async () => {
    const { server, hub } = await start(({ multi }) => {
      for (let index = 0; index < 100; index += 1) {
        multi('team/app', `1.${String(index)}`, [linuxAmd64, linuxArm64], {
          updatedAt: Date.UTC(2026, 0, 1, 0, index),
        });
      }
    });
    const ask = newAsk();
    const page = present(await hub.tags(repository, { size: 100 }, ask));
    expect(server.lines()).toEqual([`GET ${hubPath}/tags?page=1&page_size=100&ordering=last_updated`]);
    expect(ask.cost.upstreamRequests).toBe(1);
    expect(page).toMatchObject({ total: 100, next: undefined, freshness: { state: 'FRESH' } });
    expect(page.tags.map(({ name }) => name)).toEqual(
      Array.from({ length: 100 }, (_, index) => `1.${String(99 - index)}`),
    );
    for (const { details } of page.tags) {
      const { kind, platforms = [] } = present(details);
      expect(kind).toBe('INDEX');
      expect(platforms.map(({ platform }) => platform)).toEqual([linuxAmd64, linuxArm64]);
      expect(platforms.every(({ size }) => size !== undefined && size > 0)).toBe(true);
    }
    expect(page.tags[0]?.details?.updatedAt).toBe(Date.UTC(2026, 0, 1, 1, 39));
  });

  it('tells of an index what the index itself says, attestations left out', async () => {
    const { server, hub } = await start(({ multi }) => {
      multi('team/app', 'latest', [linuxAmd64, linuxArm64, unknownPlatform], { docker: true });
    });
    const [listed] = present(await hub.tags(repository, { size: 10 }, newAsk())).tags;
    const details = present(listed?.details);
    const target = present(await only(hub.resolveTags(repository, [parseTagName('latest')], newAsk())));
    const index = present(await only(hub.manifests(repository, [target.digest], newAsk())));
    expect(details).toMatchObject({ digest: target.digest, mediaType: index.mediaType, kind: 'INDEX' });
    const said = index.content.kind === 'INDEX' ? index.content.manifests.slice(0, 2) : [];
    expect(details.platforms?.map(({ platform, digest }) => ({ platform, digest }))).toEqual(
      said.map(({ platform, digest }) => ({ platform, digest })),
    );
    expect(server.store.manifest('team/app', 'latest')?.document?.manifests).toHaveLength(3);
  });

  it('tells of a single image one platform, whose digest is its own', async () => {
    const { server, hub } = await start(({ image }) => {
      image('team/app', 'latest', { docker: true });
    });
    const digest = server.store.manifest('team/app', 'latest')?.digest;
    const page = await hub.tags(repository, { size: 10 }, newAsk());
    expect(page?.tags[0]?.details).toMatchObject({
      digest,
      kind: 'IMAGE',
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      platforms: [{ platform: linuxAmd64, digest }],
    });
  });

  it('claims nothing of the kind and the platforms of what may be no image', async () => {
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', bytes: Buffer.from('{"name":"app"}') };
    const { hub } = await start(({ artifact }) => {
      artifact('team/app', 'chart', { config });
      // A signature has the media types of an image.
      artifact('team/app', 'signature', {
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          bytes: Buffer.from('{"os":"","architecture":""}'),
        },
      });
    });
    const page = await hub.tags(repository, { size: 10 }, newAsk());
    expect(page?.tags.map(({ name, details }) => [name, details?.kind, details?.platforms])).toEqual([
      ['chart', undefined, undefined],
      ['signature', undefined, undefined],
    ]);
    expect(page?.tags.every(({ details }) => details?.digest !== undefined)).toBe(true);
  });

  it('describes a repository, with more pulls than fit in 31 bits', async () => {
    const { server, hub } = await start(() => undefined);
    server.store.describe('team/app', { description: 'A sample', pulls: 12_916_987_208, stars: 21_244 });
    server.store.describe('team/bare');
    expect(await hub.describe?.(repository, newAsk())).toMatchObject({
      description: 'A sample',
      pulls: 12_916_987_208,
      stars: 21_244,
    });
    expect(server.lines()).toEqual([`GET ${hubPath}`]);
    expect(await hub.describe?.(parseRepositoryName('team/bare'), newAsk())).toMatchObject({ description: undefined });
    expect(await hub.describe?.(parseRepositoryName('team/absent'), newAsk())).toBeUndefined();
    expect(await hub.describe?.(parseRepositoryName('a/mirror/of/it'), newAsk())).toBeUndefined();
    expect(server.requests).toHaveLength(3);
  });

  it('rejects where the Hub fails to describe', async () => {
    const { server, hub } = await start(({ image }) => image('team/app', 'latest'));
    server.fail(({ path }) => (isHub(path) ? { kind: 'html' } : undefined));
    expect(await codeOf(hub.describe?.(repository, newAsk()) ?? Promise.resolve())).toBe('UPSTREAM_INVALID');
  });

  it('has no catalog, and says that its listings carry details', async () => {
    const { hub } = await start(() => undefined);
    expect(hub.kind).toBe('docker-hub');
    expect(hub.repositories).toBeUndefined();
    expect(hub.listsTagDetails).toBe(true);
  });

  it('tells its rate limit and its health from the registry, however the Hub fails', async () => {
    const { server, hub } = await start(({ image }) => image('team/app', 'latest'));
    expect(hub.state()).toMatchObject({ status: 'UNKNOWN', rateLimit: undefined });
    await only(hub.resolveTags(repository, [parseTagName('latest')], newAsk()));
    server.fail(({ path }) => (isHub(path) ? { kind: 'status', status: 500 } : undefined));
    for (let count = 0; count < 6; count += 1) {
      const asking = hub.describe?.(repository, newAsk()) ?? Promise.resolve();
      expect(await codeOf(asking)).toBe('UPSTREAM_UNAVAILABLE');
    }
    expect(hub.state()).toMatchObject({
      status: 'UP',
      lastError: undefined,
      rateLimit: { limit: 5000, remaining: 5000, windowSeconds: 21_600, source: '127.0.0.1' },
    });
  });

  it('leaves a tenth of the pull limit to others: then manifests are refused at once, and all else goes on', async () => {
    const { server, hub } = await start(
      ({ image }) => {
        for (let index = 0; index < 12; index += 1) image('team/app', `1.${String(index)}`);
      },
      { pulls: { limit: 10, windowSeconds: 3600 } },
    );
    const page = await hub.tags(repository, { size: 20 }, newAsk());
    const digests = (page?.tags ?? []).flatMap(({ details }) => (details === undefined ? [] : [details.digest]));
    expect(digests).toHaveLength(12);
    for (const digest of digests.slice(0, 9)) {
      expect(await only(hub.manifests(repository, [digest], newAsk()))).toMatchObject({ digest });
    }
    expect(hub.state().rateLimit).toMatchObject({ limit: 10, remaining: 1 });
    const sent = server.requests.length;
    const [last] = digests.slice(-1);
    if (last === undefined) throw new Error('no digest');
    expect(await codeOf(only(hub.manifests(repository, [last], newAsk())))).toBe('UPSTREAM_RATE_LIMITED');
    expect(server.requests).toHaveLength(sent);
    expect(await only(hub.resolveTags(repository, [parseTagName('1.0')], newAsk()))).toBeDefined();
    expect(await only(hub.holds(repository, 'manifests', [last], newAsk()))).toBe(true);
    expect((await hub.tags(repository, { size: 20 }, newAsk()))?.tags).toHaveLength(12);
  });

  it('sends a configured credential to the registry and never to the Hub', async () => {
    const credentials = { username: 'someone', password: 'secret' };
    const access = { ...dockerHubPersona.access, credentials } as FaultyRegistryOptions['access'];
    const { server, hub } = await start(({ image }) => image('team/app', 'latest'), access && { access }, {
      credentials,
    });
    const challenge: Answer['headers'] = { 'www-authenticate': 'Basic realm="hub"' };
    server.fail(({ path }) => (isHub(path) ? { kind: 'status', status: 401, headers: challenge } : undefined));
    expect((await hub.tags(repository, { size: 10 }, newAsk()))?.tags).toEqual([{ name: 'latest' }]);
    const authorizations = server.requests.map(({ path, headers }) => [
      isHub(path),
      headers.authorization?.split(' ')[0],
    ]);
    expect(authorizations).toContainEqual([false, 'Basic']);
    expect(authorizations.filter(([hubs]) => hubs)).toEqual([[true, undefined]]);
  });
});
