import { afterEach, describe, expect, it } from '@jest/globals';
import type { SampleRule } from '../../demo/openshift-server.ts';
import { startClusterGateway, type ClusterGateway } from '../support/cluster-gateway.ts';
import { reading, writing, type PolicyRule } from '../support/documented-roles.ts';

const granted = (rules: readonly PolicyRule[]): readonly SampleRule[] =>
  rules.map(({ verbs, resources }) => ({ namespaces: '*', verbs, resources }));

let gateway: ClusterGateway;
afterEach(() => gateway.stop());

async function startWith(rules: readonly PolicyRule[]): Promise<void> {
  gateway = await startClusterGateway({
    identities: {
      'sample-token': { user: 'admin', rules: 'admin' },
      'gateway-token': { user: 'gateway', rules: granted(rules) },
    },
    token: 'gateway-token',
  });
  gateway.registry.move('team/app', '1.0', 'one');
}

const shop = 'source: "prod", namespace: "shop"';
const point = `mutation { tagImageStream(input: { ${shop}, from: { kind: DOCKER_IMAGE, name: "registry.example/team/app:1.0" }, to: ["web:prod"] }) {
  imports { state } userErrors { code } } }`;

describe('the roles of the documentation', () => {
  it('are enough for every field, and for every mutation', async () => {
    await startWith([...reading, ...writing]);
    const other = '"shop"';
    const mutations = [
      point,
      `mutation { createImageStream(input: { ${shop}, name: "new" }) { imageStream { name } userErrors { code } } }`,
      `mutation { importImageStream(input: { ${shop}, name: "web:prod" }) { imports { state } userErrors { code } } }`,
      `mutation { setImageLookup(input: { ${shop}, name: "web", local: true }) { userErrors { code } } }`,
      `mutation { tagImageStream(input: { source: "prod", namespace: "shop", from: { kind: IMAGE_STREAM_TAG, namespace: ${other}, name: "web:prod" }, to: ["new:a"] }) { userErrors { code } } }`,
      `mutation { untagImageStream(input: { ${shop}, name: "new:a" }) { userErrors { code } } }`,
      `mutation { deleteImageStream(input: { ${shop}, name: "new" }) { userErrors { code } } }`,
    ];
    for (const mutation of mutations) {
      const [payload] = Object.values(await gateway.data(mutation));
      expect(payload).toMatchObject({ userErrors: [] });
    }
    const { imageStreamTag } = await gateway.data(
      `{ imageStreamTag(${shop}, name: "web:prod") { digest triggers { name } image { size layers { digest } } history { digest } } }`,
    );
    expect(imageStreamTag).toMatchObject({ triggers: [], image: { layers: [{ digest: expect.any(String) }] } });
  }, 60_000);

  it('allow to read, and no more, without those for mutations', async () => {
    await startWith(reading);
    const { errors } = await gateway.ask(point);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'UPSTREAM_UNAUTHORIZED', source: 'prod' } });
    expect(await gateway.data('{ imageStreams(source: "prod") { totalCount } }')).toEqual({
      imageStreams: { totalCount: 0 },
    });
  });
});
