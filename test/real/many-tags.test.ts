import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { listNames } from '../support/paging.ts';
import { pushImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { inspectRaw, listTags } from '../support/skopeo.ts';

const tags = Array.from({ length: 230 }, (_, index) => `${index % 3 === 0 ? 'v' : ''}1.${String(index)}`);

let registry: DockerRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  registry = await startDockerRegistry();
  const { url, host } = registry;
  await pushImage({ host }, 'team/app', 'first');
  const manifest = await inspectRaw({ host }, 'team/app:first');
  for (const tag of tags) {
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const { status } = await fetch(`${url}/v2/team/app/manifests/${tag}`, { method: 'PUT', headers, body: manifest });
    expect(status).toBe(201);
  }
  gateway = await startTestGateway(registryEntry(registry));
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  await registry.stop();
});

it('lists 231 tags as skopeo does, in pages of seven and of a hundred, and by name both ways', async () => {
  const { host } = registry;
  const reference = `${host}/team/app`;
  const listed = await listTags({ host }, 'team/app');
  expect(listed).toHaveLength(231);
  expect(await listNames(gateway, reference, { first: 7 })).toEqual(listed);
  expect(await listNames(gateway, reference, { first: 100 })).toEqual(listed);
  const byName = [...listed].sort();
  expect(await listNames(gateway, reference, { first: 7, more: 'orderBy: { field: NAME }' })).toEqual(byName);
  const backwards = { first: 100, more: 'orderBy: { field: NAME, direction: DESC }' };
  expect(await listNames(gateway, reference, backwards)).toEqual(byName.reverse());
  expect(
    await gateway.data(
      `{ repository(reference: "${reference}") { tags(orderBy: { field: NAME }) { totalCount truncated } } }`,
    ),
  ).toEqual({ repository: { tags: { totalCount: 231, truncated: false } } });
});

it('resolves a hundred tags with their images in one query, each the image that was pushed', async () => {
  const { host } = registry;
  const query = `{ repository(reference: "${host}/team/app") {
    tags(first: 100, orderBy: { field: VERSION }) { nodes { name digest image { digest platform { architecture } } } }
  } }`;
  const digest = await pushImage({ host }, 'team/app', 'first');
  const answer = await gateway.data(query);
  const { nodes } = (answer['repository'] as { readonly tags: { readonly nodes: readonly object[] } }).tags;
  expect(nodes).toHaveLength(100);
  expect(nodes[0]).toMatchObject({ name: '1.229' });
  for (const node of nodes) {
    expect(node).toMatchObject({ digest, image: { digest, platform: { architecture: 'amd64' } } });
  }
});
