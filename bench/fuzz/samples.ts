const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size: 1024 };

/** References as people paste them. */
export const references: readonly string[] = [
  ...['nginx', 'library/nginx:1.27', 'quay.io/org/app:v1', 'localhost:5000/a/b/c', `quay.io/org/app@${digest}`],
  ...[
    `registry.example:5000/team/app:1@${digest}`,
    '[2001:db8::1]:5000/a:b',
    'docker.io/redhat/ubi9',
    'linux/arm64/v8',
  ],
];

/** What stands in WWW-Authenticate (RFC 9110 §11.6.1). */
export const challenges: readonly string[] = [
  'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
  'Basic realm="Registry Realm"',
  'Negotiate, Basic realm="a, b=c", charset="UTF-8", Bearer realm="https://registry.example/token", error="invalid_token"',
  'Bearer realm=https://registry.example/token',
];

/** What stands in Link (RFC 8288). */
export const links: readonly string[] = [
  '</v2/team/app/tags/list?n=100&last=v1>; rel="next"',
  '<https://registry.example/v2/team/app/tags/list?last=b>; title="a, b; c"; rel="prev next"',
  '</v2/_catalog?n=1>; rel=first, </v2/_catalog?n=1&last=a>;rel=next',
];

/** Manifests and image configurations, as registries send them. */
export const manifests: readonly string[] = [
  {
    ...{ schemaVersion: 2, mediaType: ociManifest, layers: [layer, { ...layer, urls: ['https://a.example/b'] }] },
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 7 },
    annotations: { 'org.opencontainers.image.created': '2026-01-01T00:00:00Z' },
    subject: { mediaType: ociManifest, digest, size: 9 },
  },
  {
    ...{ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' },
    manifests: [
      { mediaType: ociManifest, digest, size: 1, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { mediaType: ociManifest, digest, size: 1, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ],
  },
  {
    ...{ schemaVersion: 1, name: 'team/app', tag: '1', architecture: 'amd64', fsLayers: [{ blobSum: digest }] },
    history: [{ v1Compatibility: '{"id":"a","created":"2015-01-01T00:00:00Z","config":{"Env":["A=b"]}}' }],
    signatures: [{ header: { alg: 'ES256' }, signature: 'AAAA', protected: 'eyJmb3JtYXRMZW5ndGgiOjJ9' }],
  },
  {
    ...{ created: '2026-01-01T00:00:00.123456789Z', architecture: 'amd64', os: 'linux', 'os.version': '10.0.1' },
    config: { User: '1001', Env: ['PATH=/bin', 'EMPTY='], Labels: { a: 'b' }, ExposedPorts: { '80/tcp': {} } },
    rootfs: { type: 'layers', diff_ids: [digest] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'RUN a', empty_layer: true }, { created_by: 'COPY b' }],
  },
].map((value) => JSON.stringify(value));

/** Deliveries of webhooks, one for each format. */
export const deliveries: readonly string[] = [
  { repository: 'team/app', tag: '1' },
  { changes: [{ repository: 'team/app', tag: '1' }, { repository: 'registry.example/team/app' }] },
  {
    events: [{ id: '1', action: 'push', target: { repository: 'team/app', tag: '1', digest, mediaType: ociManifest } }],
  },
  { push_data: { tag: '1', pusher: 'a' }, callback_url: 'https://a.example', repository: { repo_name: 'team/app' } },
  { repository: 'team/app', docker_url: 'registry.example/team/app', updated_tags: ['1', '2'] },
  { type: 'PUSH_ARTIFACT', event_data: { repository: { repo_full_name: 'team/app' }, resources: [{ tag: '1' }] } },
  {
    action: 'published',
    package: {
      ...{ name: 'app', package_type: 'CONTAINER', owner: { login: 'team' } },
      package_version: { container_metadata: { tag: { name: '1', digest } } },
    },
  },
].map((value) => JSON.stringify(value));

/** Lines of a watch of image streams. */
export const watchLines: readonly string[] = [
  {
    type: 'MODIFIED',
    object: {
      ...{ kind: 'ImageStream', apiVersion: 'image.openshift.io/v1' },
      metadata: { name: 'web', namespace: 'shop', resourceVersion: '12', generation: 2, labels: { a: 'b' } },
      spec: { lookupPolicy: { local: true }, tags: [{ name: 'prod', from: { kind: 'DockerImage', name: 'nginx:1' } }] },
      status: {
        dockerImageRepository: 'registry.svc:5000/shop/web',
        tags: [
          {
            tag: 'prod',
            items: [{ created: '2026-01-01T00:00:00Z', dockerImageReference: `nginx@${digest}`, image: digest }],
            conditions: [{ type: 'ImportSuccess', status: 'False', reason: 'NotFound', message: 'no' }],
          },
        ],
      },
    },
  },
  { type: 'BOOKMARK', object: { kind: 'ImageStream', metadata: { resourceVersion: '13' } } },
  { type: 'DELETED', object: { metadata: { name: 'web', namespace: 'shop', resourceVersion: '14' } } },
  { type: 'ERROR', object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 } },
].map((value) => JSON.stringify(value));

/** A configuration with a bit of everything. */
export const configurations: readonly string[] = [
  `server: { host: 127.0.0.1, port: 4000, allowedOrigins: ["https://a.example"], introspection: true }
access:
  mode: policy
  anonymous: false
  callers: [{ name: corp, kind: oidc, issuer: "https://sso.example", audience: tributary }]
  rules: [{ groups: ["oidc:corp:*"], allow: [get, inspect], repositories: ["registry.example/**:v*"] }]
writes: true
store: { url: "file:./data", retention: { age: 7d, events: 1000 } }
cache: { tagTtl: 60s, maxStale: 24h, memory: 256MiB }
limits: { depth: 10, operation: 15s }
registries:
  - { name: docker.io, kind: docker-hub }
  - name: registry.example
    kind: oci
    url: https://registry.example:5000
    aliases: [registry.svc:5000]
    tokenRealms: ["https://sso.example"]
    watch: { interval: 5m, repositories: ["team/*"] }
streams: [{ name: local, kind: local, schedule: 15m }]
`,
];

/** Documents, of which some are answered from the gateway alone. */
export const documents: readonly string[] = [
  '{ asOf registries { name health { status lastError { code message } } rateLimit { limit remaining } } }',
  'query Q($r: String! = "registry.example/team/app:1") { image(reference: $r) { digest platforms { digest platform { os architecture } } layers { digest size } config { user env labels { key value } } } }',
  '{ repository(reference: "registry.example/team/app") { tags(first: 3, orderBy: {field: NAME, direction: ASC}) { totalCount nodes { name ...T } pageInfo { hasNextPage endCursor } } } } fragment T on Tag { digest updatedAt }',
  '{ a: imageStreams(first: 2) { nodes { name tags { nodes { name } } } } b: node(id: "UmVnaXN0cnk6djE6cmVnaXN0cnkuZXhhbXBsZQ") { id ... on Registry { name } } }',
  '{ tagEvents(first: 5, filter: {registry: "registry.example", tag: "v*", kinds: [MOVED]}, after: "x") { nodes { kind } } }',
  'mutation { tagImageStream(input: {namespace: "shop", from: {kind: DOCKER_IMAGE, name: "registry.example/team/app:1"}, to: ["web:prod"], dryRun: true}) { userErrors { code message field } imports { state } } }',
  'subscription S($after: Cursor) { tagEvents(filter: {registry: "registry.example", repository: "team/**"}, after: $after, bookmarks: true) { kind cursor subject { text } } }',
  '{ __schema { types { name fields { name args { name } } } } __typename }',
];
