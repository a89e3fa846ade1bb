import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { pushImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';

let registry: DockerRegistry;
let gateway: TestGateway;

beforeAll(async () => {
  registry = await startDockerRegistry();
  gateway = await startTestGateway(registryEntry(registry));
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  await registry.stop();
});

it('serves an image that it knows by digest from one repository under another only once that holds it', async () => {
  const { host } = registry;
  const query = `query ($reference: String!) {
    image(reference: $reference) { reference size config { labels { key value } } raw }
  }`;
  const digest = await pushImage({ host }, 'a/one', '1', 'of both');
  await pushImage({ host }, 'a/two', 'other', 'of the second alone');

  const one = await gateway.data(query, { reference: `${host}/a/one@${digest}` });
  expect(one).toMatchObject({ image: { reference: `${host}/a/one@${digest}` } });
  // Known by now, bytes and all.
  const again = await gateway.ask(query, { reference: `${host}/a/one@${digest}` });
  expect(again.extensions?.cost.upstreamRequests).toBe(0);

  const absent = await gateway.ask(query, { reference: `${host}/a/two@${digest}` });
  expect(absent.errors).toBeUndefined();
  expect(absent.data).toEqual({ image: null });
  expect(await gateway.data(query, { reference: `${host}/a/three@${digest}` })).toEqual({ image: null });

  await pushImage({ host }, 'a/two', '1', 'of both');
  const two = await gateway.data(query, { reference: `${host}/a/two@${digest}` });
  expect(two).toEqual({ image: { ...(one['image'] as object), reference: `${host}/a/two@${digest}` } });
});
