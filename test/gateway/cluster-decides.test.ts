import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SampleIdentity, SampleRule } from '../../demo/openshift-server.ts';
import { startClusterGateway, type ClusterGateway } from '../support/cluster-gateway.ts';
import { openStream } from '../support/event-stream.ts';

/** A gateway that leaves it to a cluster what its users may do there; the cluster answers over HTTP, by its own RBAC. */
let gateway: ClusterGateway;
const release: (() => void)[] = [];
/** Before the first event. */
let beginning: unknown;
const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

const rule = (verbs: readonly string[], resource = 'imagestreams', names?: readonly string[]): SampleRule => ({
  namespaces: ['shop'],
  verbs,
  resources: [resource],
  ...(names && { names }),
});
const seeing = ['get', 'list', 'watch'];
const user = (name: string, rules: readonly SampleRule[], groups: readonly string[] = []): SampleIdentity => ({
  user: name,
  groups,
  rules,
});

/** Users of whom nothing is known until they come. */
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const identities: Readonly<Record<string, SampleIdentity>> = {
  'sample-token': { user: 'admin', rules: 'admin' },
  // What docs/openshift.md says that the gateway needs, and `system:auth-delegator`.
  'gateway-token': {
    user: 'system:serviceaccount:tributary:tributary',
    rules: [
      { namespaces: '*', verbs: seeing, resources: ['imagestreams'] },
      { namespaces: '*', verbs: ['create', 'get', 'update', 'patch', 'delete'], resources: ['imagestreamtags'] },
      { namespaces: '*', verbs: ['get'], resources: ['imagestreamimages', 'imagestreams/layers'] },
      { namespaces: '*', verbs: ['create'], resources: ['subjectaccessreviews', 'tokenreviews'] },
    ],
  },
  viewer: user('viewer', [rule(seeing)]),
  puller: user('puller', [rule(seeing), rule(['get'], 'imagestreams/layers')]),
  // The same user, by a token that OpenShift gave out for less.
  limited: { ...user('puller', [rule(seeing), rule(['get'], 'imagestreams/layers')]), scopes: ['user:info'] },
  named: user('named', [rule(seeing, 'imagestreams', ['api'])]),
  lister: user('lister', [rule(['get', 'list'])]),
  pusher: user('pusher', [rule(['get']), rule(['get', 'update'], 'imagestreams/layers')]),
  denied: user('denied', [rule(seeing), rule(['get'], 'imagestreams/layers')]),
  member: user('member', [], ['team']),
  nobody: user('nobody', []),
  ...Object.fromEntries(range(7).map((index) => [`new-${index}`, user(`new-${index}`, [rule(seeing)])])),
};

beforeAll(async () => {
  gateway = await startClusterGateway({
    identities,
    groupRules: { team: [rule(seeing)] },
    token: 'gateway-token',
    record: true,
    access: {
      mode: 'policy',
      callers: [{ name: 'east', kind: 'kubernetes', source: 'prod', audience: 'tributary' }],
      clusters: [{ source: 'prod' }],
      rules: [
        { users: ['kubernetes:east:denied'], deny: ['inspect'], imageStreams: ['prod/shop/web'] },
        { users: ['kubernetes:east:*'], allow: ['get', 'inspect'], repositories: ['registry.example/**'] },
      ],
    },
  });
  gateway.cluster.addNamespace('bank');
  beginning = (await ask('viewer', '{ asOf }')).data?.['asOf'];
  for (const [namespace, name] of [
    ['shop', 'web'],
    ['shop', 'api'],
    ['bank', 'vault'],
  ] as const) {
    gateway.registry.move('team/app', '1.0', name);
    const done = await ask('sample-token', tagging(namespace, name));
    expect(done).toEqual({ data: { tagImageStream: { userErrors: [], imports: [{ state: 'IMPORTED' }] } } });
  }
}, 60_000);

afterEach(() => {
  for (const end of release.splice(0)) end();
});

afterAll(async () => {
  await gateway.stop();
});

interface Asked {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly path?: readonly string[]; readonly extensions: { readonly code: string } }[];
}

async function ask(token: string, query: string): Promise<Asked> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as Asked;
  return { ...(data && { data }), ...(errors && { errors }) };
}

/** What is answered, without what differs from request to request. */
const answerOf = async (token: string, query: string): Promise<string> =>
  JSON.stringify(await ask(token, query)).replace(/"requestId":"[^"]*"/, '');

const tagging = (namespace: string, name: string): string =>
  `mutation { tagImageStream(input: { source: "prod", namespace: "${namespace}", from: { kind: DOCKER_IMAGE, name: "registry.example/team/app:1.0" }, to: ["${name}:prod"], insecure: true }) { userErrors { code message } imports { state } } }`;
const tag = (namespace: string, name: string, fields: string): string =>
  `{ imageStreamTag(source: "prod", namespace: "${namespace}", name: "${name}:prod") { ${fields} } }`;
const list = (namespace: string | undefined, first = 20): string =>
  `{ imageStreams(source: "prod", first: ${first}${namespace === undefined ? '' : `, namespace: "${namespace}"`}) { totalCount nodes { namespace name } pageInfo { hasNextPage } } }`;
const listed = (names: readonly string[], totalCount: number | null = null) => ({
  data: {
    imageStreams: {
      totalCount,
      nodes: names.map((path) => ({ namespace: path.split('/')[0], name: path.split('/')[1] })),
      pageInfo: { hasNextPage: false },
    },
  },
});

/** Subscribes from before the first event on: what comes first is an event, or the code that it is refused with. */
async function firstOf(token: string, filter: string): Promise<string | undefined> {
  const query = `subscription ($after: Cursor) { imageStreamTagEvents(filter: { ${filter} }, after: $after) { kind } }`;
  const stream = await openStream(`${gateway.url}/graphql/stream`, {
    body: { query, variables: { after: beginning } },
    headers: { authorization: `Bearer ${token}` },
  });
  const [first] = await stream.received(1);
  stream.close();
  const { data, errors } = JSON.parse(first?.data ?? '') as Asked & {
    data?: { imageStreamTagEvents: { kind: string } };
  };
  return errors?.[0]?.extensions.code ?? data?.imageStreamTagEvents.kind;
}

describe('a user of a cluster that decides', () => {
  it.each(['viewer', 'member'])('T10: sees tags and digests by the right to image streams alone: %s', async (who) => {
    const seen = await ask(
      who,
      tag('shop', 'web', 'digest history { digest } image { digest size layers { digest } config { env } }'),
    );
    expect(seen).toMatchObject({
      data: {
        imageStreamTag: {
          digest: expect.stringContaining('sha256:'),
          history: [{ digest: expect.stringContaining('sha256:') }],
          image: { digest: expect.any(String), size: null, layers: null, config: null },
        },
      },
    });
    expect(seen.errors).toBeUndefined();
  });

  it('T10: sees layers and configuration by the right to layers', async () => {
    const seen = await ask('puller', tag('shop', 'web', 'image { layers { size } config { labels { value } } }'));
    expect(seen).toMatchObject({
      data: { imageStreamTag: { image: { layers: [{}], config: { labels: [{ value: 'web' }] } } } },
    });
  });

  it('T10: may by a token that is limited to some scopes no more than those let through', async () => {
    const query = `{ imageStream(source: "prod", namespace: "shop", name: "web") { name } }`;
    expect(await ask('puller', query)).toEqual({ data: { imageStream: { name: 'web' } } });
    expect(await ask('limited', query)).toEqual({ data: { imageStream: null } });
  });

  it('T10: finds in lists the one image stream that a role names, and learns nothing of the rest', async () => {
    for (const query of [list(undefined), list('shop'), list('shop', 1)])
      expect(await ask('named', query)).toEqual(listed(['shop/api']));
    expect(await ask('viewer', list(undefined))).toEqual(listed(['shop/api', 'shop/web']));
    expect(await ask('viewer', list('shop'))).toEqual(listed(['shop/api', 'shop/web'], 2));
    expect(await ask('nobody', list(undefined))).toEqual(listed([]));
  });

  it('T10: may not subscribe by the right to list', async () => {
    const [source, shop] = ['source: "prod"', 'source: "prod", namespace: "shop"'];
    const one = (name: string): string => `${shop}, imageStream: "${name}"`;
    for (const filter of [source, shop, one('web')]) expect(await firstOf('lister', filter)).toBe('NOT_WATCHED');
    for (const filter of [shop, one('web')]) expect(await firstOf('viewer', filter)).toBe('CREATED');
    // As in the cluster: to watch all of something takes the right to all of it.
    expect(await firstOf('viewer', source)).toBe('NOT_WATCHED');
    expect(await firstOf('named', shop)).toBe('NOT_WATCHED');
    expect(await firstOf('named', one('api'))).toBe('CREATED');
  });

  it.each([
    (namespace: string, name: string) => tag(namespace, name, 'digest'),
    (namespace: string, name: string) =>
      `{ imageStream(source: "prod", namespace: "${namespace}", name: "${name}") { name } }`,
    (namespace: string) => list(namespace),
    (namespace: string, name: string) =>
      `{ imageStreamTagEvents(filter: { source: "prod", namespace: "${namespace}", imageStream: "${name}" }) { nodes { kind } pageInfo { hasNextPage } } }`,
    tagging,
    (namespace: string, name: string) =>
      `mutation { deleteImageStream(input: { source: "prod", namespace: "${namespace}", name: "${name}" }) { userErrors { code message } } }`,
  ])('is answered about what is hidden as about what is not there (%#)', async (query) => {
    for (const who of ['viewer', 'nobody']) {
      const hidden = await answerOf(who, query('bank', 'vault'));
      const absent = await answerOf(who, query('none', 'empty'));
      expect(hidden.replaceAll('bank', 'none').replaceAll('vault', 'empty')).toBe(absent);
    }
  });

  it('tags by the right to update layers, and is told so without it', async () => {
    expect(await ask('viewer', tagging('shop', 'web'))).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    const can = '{ imageStream(source: "prod", namespace: "shop", name: "web") { viewerCan } }';
    expect(await ask('pusher', can)).toEqual({
      data: { imageStream: { viewerCan: ['LIST', 'GET', 'INSPECT', 'TAG', 'IMPORT'] } },
    });
  });

  it('is denied what a rule denies, whatever the cluster allows', async () => {
    const image = 'digest image { layers { size } }';
    expect(await ask('denied', tag('shop', 'web', image))).toMatchObject({
      data: { imageStreamTag: { digest: expect.any(String), image: { layers: null } } },
    });
    expect(await ask('denied', tag('shop', 'api', image))).toMatchObject({
      data: { imageStreamTag: { image: { layers: [{}] } } },
    });
  });
});

describe('a cluster that does not say cleanly who may do what', () => {
  const fields = `web: imageStream(source: "prod", namespace: "shop", name: "web") { name }
    none: imageStream(source: "prod", namespace: "shop", name: "none") { name }`;
  const elsewhere = 'registry(name: "registry.example") { name } registries { name } asOf';

  function answerReviews(with_: Parameters<ClusterGateway['cluster']['faults']['refuse']>[1]): void {
    release.push(gateway.cluster.faults.refuse((_, path) => path === reviews, with_));
  }

  it.each([
    [0, 'allows and denies', { allowed: true, denied: true }],
    [1, 'allows with an error', { allowed: true, evaluationError: 'no such role' }],
    [2, 'allows nothing', { allowed: false }],
  ])('T09: hides everything from somebody new where it answers (%i) that it %s', async (index, _, status) => {
    answerReviews({ status: 201, body: { status } });
    const { data, errors } = await ask(`new-${index}`, `{ ${fields} }`);
    expect([data, errors]).toEqual([{ web: null, none: null }, undefined]);
  });

  it.each([
    [3, '500', { status: 500, body: 'etcd' }],
    [4, '403', { status: 403, body: {} }],
    [5, 'garbage', { status: 201, body: '<html>' }],
    [6, 'nothing', 'reset' as const],
  ])(
    'T09: fails what it decides about, and nothing else, where it answers (%i) with %s',
    async (index, _, response) => {
      answerReviews(response);
      const { data, errors } = await ask(`new-${index}`, `{ ${fields} ${elsewhere} }`);
      expect(data).toMatchObject({
        web: null,
        none: null,
        registry: { name: 'registry.example' },
        asOf: expect.any(String),
      });
      expect(errors?.map(({ path, extensions }) => [path?.join(), extensions.code])).toEqual([
        ['web', 'AUTH_UNAVAILABLE'],
        ['none', 'AUTH_UNAVAILABLE'],
      ]);
      // What was allowed before holds for its minute.
      expect(await ask('puller', `{ ${fields} }`)).toEqual({ data: { web: { name: 'web' }, none: null } });
    },
  );

  it('T09: is told of in the log, in words of ours', () => {
    const lines = gateway.log.filter((line) => line.includes('does not say cleanly'));
    expect(lines.join()).toMatch(/status 500[^]*status 403/);
    expect(lines.join()).not.toMatch(/etcd|html|no such role/);
    expect(lines.length).toBeLessThan(8);
  });
});
