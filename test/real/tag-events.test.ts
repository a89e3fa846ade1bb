import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bench/soak/mortal-gateway.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { pushImage } from '../support/pushed-images.ts';
import { inspect } from '../support/skopeo.ts';
import { startStreamGateway, until, type StreamGateway } from '../support/stream-gateway.ts';

/** Two registries: A tells of its changes and is hardly ever polled, B is polled alone. */
const ways = [
  { name: 'a.example', cause: 'WEBHOOK', interval: '1h' },
  { name: 'b.example', cause: 'POLL', interval: '2s' },
] as const;
type Way = (typeof ways)[number];

const folder = mkdtempSync(join(tmpdir(), 'tributary-tag-events-'));
const ports = new Map<string, number>();
const registries = new Map<string, DockerRegistry>();
const secret = 'of the tests';
let gateway: StreamGateway;

/** Starts a registry, empty, always on its port. */
async function start({ name, cause }: Way): Promise<DockerRegistry> {
  const port = ports.get(name);
  const registry = await startDockerRegistry({
    ...(port !== undefined && { port }),
    ...(cause === 'WEBHOOK' && {
      notify: { url: `${gateway.url}/webhooks/${name}`, authorization: `Bearer ${secret}` },
    }),
  });
  registries.set(name, registry);
  return registry;
}

const push = (name: string, content: string): Promise<string> =>
  pushImage({ host: hostOf(name) }, 'team/app', '1', content);

function hostOf(name: string): string {
  return `127.0.0.1:${String(ports.get(name))}`;
}

/** What skopeo says a tag points at. */
async function judged(name: string): Promise<string> {
  return (await inspect({ host: hostOf(name) }, 'team/app:1')).Digest;
}

const nameOf = ({ name }: Way): string => `${name.slice(0, 1)}:prod`;

beforeAll(async () => {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, secret);
  for (const { name } of ways) ports.set(name, await freePort());
  // A tag that is polled while it is pushed is listed before it can be read, and counts as created after the first look:
  // what is polled is there before the gateway is. Who is told of a push is told when it is over.
  const [told, polled] = ways;
  await start(polled);
  await push(polled.name, 'first');
  gateway = await startStreamGateway({
    registries: ways.map(({ name, cause, interval }) => ({
      name,
      url: `http://${hostOf(name)}`,
      watch: { interval, repositories: ['team/app'] },
      ...(cause === 'WEBHOOK' && { webhook: { secretFile } }),
    })),
  });
  await start(told);
  await push(told.name, 'first');
  await Promise.all(
    ways.map(async (way) => {
      await gateway.follow(nameOf(way), `${way.name}/team/app:1`);
      await isWatched(way);
    }),
  );
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  for (const registry of registries.values()) await registry.stop();
  rmSync(folder, { recursive: true });
});

/** A tag that is watched is current without being asked for. */
async function isWatched({ name }: Way): Promise<void> {
  const query = `{ tag(reference: "${name}/team/app:1") { freshness { state } } }`;
  await until(async () => JSON.stringify(await gateway.data(query)).includes('LIVE'), `the first look at ${name}`);
}

function ofImageStream(way: Way) {
  return gateway.listen('imageStreamTagEvents', { filter: { imageStream: way.name.slice(0, 1) } });
}

describe.each(ways)('an image stream tag that follows a tag of a registry seen by $cause', (way) => {
  const { name, cause } = way;

  it('moves when skopeo copies another image over that, and subscribers of both are told', async () => {
    const before = await judged(name);
    const streamTag = await ofImageStream(way);
    const tag = await gateway.listen('tagEvents', { filter: { registry: name } });
    await push(name, 'second');
    const [[moved], [tagMoved]] = await Promise.all([streamTag.heard(1), tag.heard(1)]);
    const digest = await judged(name);
    expect(digest).not.toBe(before);
    const change = { kind: 'MOVED', digest, previousDigest: before, cause };
    expect(tagMoved).toMatchObject({ ...change, revision: 1, subject: { text: `${name}/team/app:1` } });
    expect(moved).toMatchObject({ ...change, revision: 2, subject: { text: `local/shop/${nameOf(way)}` } });
    await Promise.all([streamTag.close(), tag.close()]);
  }, 60_000);

  it('is rolled back to the image before', async () => {
    const listener = await ofImageStream(way);
    const second = await judged(name);
    expect(await gateway.rollBack(nameOf(way), second)).toMatchObject({ userErrors: [] });
    const [event] = await listener.heard(1);
    expect(event).toMatchObject({ kind: 'ROLLED_BACK', previousDigest: second, cause: 'MUTATION', revision: 3 });
    expect(event?.digest).not.toBe(second);
    await gateway.follow(nameOf(way), `${name}/team/app:1`);
    expect((await listener.heard(2))[1]).toMatchObject({ kind: 'ROLLED_BACK', digest: second, revision: 4 });
    await listener.close();
  }, 60_000);

  it('keeps its last good image while the registry is down, and moves on when that is back', async () => {
    const good = await judged(name);
    const askImage = async (): Promise<unknown> => {
      const query = `query ($name: String!) {
        imageStreamTag(namespace: "shop", name: $name) {
          digest image { digest layers { digest } config { created } } conditions { status reason }
        }
      }`;
      return (await gateway.data(query, { name: nameOf(way) }))['imageStreamTag'];
    };
    const image = {
      digest: good,
      image: {
        digest: good,
        layers: [{ digest: expect.stringMatching(/^sha256:/) }],
        config: { created: expect.any(String) },
      },
    };
    expect(await askImage()).toMatchObject({ ...image, conditions: [] });
    const listener = await ofImageStream(way);
    await registries.get(name)?.stop();
    expect(await gateway.importNow(nameOf(way))).toMatchObject({
      imports: [{ tag: 'prod', state: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE' } }],
      userErrors: [],
    });
    expect((await listener.heard(1))[0]).toMatchObject({
      kind: 'IMPORT_FAILED',
      digest: good,
      reason: expect.stringContaining('UPSTREAM_UNAVAILABLE'),
    });
    expect(await askImage()).toMatchObject({
      ...image,
      conditions: [{ status: 'False', reason: 'UPSTREAM_UNAVAILABLE' }],
    });
    await start(way);
    const third = await push(name, 'third');
    const [, moved] = await listener.heard(2);
    expect(moved).toMatchObject({ kind: 'MOVED', digest: third, previousDigest: good, cause });
    await listener.close();
  }, 90_000);
});
