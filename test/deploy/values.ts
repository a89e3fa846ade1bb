/** Values as an operator would write them, each with all that goes with it. */
const image = { repository: 'registry.corp.example/platform/tributary' };

/** What has to be said, and no more: a store in a folder, on a volume. */
export const minimal = { image, config: { access: { mode: 'open' } } };

/** Three gateways on one PostgreSQL, reached from outside, and watched. */
export const database = {
  image: { ...image, digest: `sha256:${'a'.repeat(64)}` },
  replicas: 3,
  strategy: { type: 'RollingUpdate' },
  imagePullSecrets: [{ name: 'pull' }],
  config: {
    access: {
      mode: 'policy',
      callers: [
        { name: 'corp', kind: 'oidc', issuer: 'https://sso.corp.example', audience: 'tributary' },
        { name: 'ci', kind: 'token', tokensFile: '/run/secrets/callers/tokens' },
      ],
      rules: [{ groups: ['oidc:corp:*'], allow: ['get'], repositories: ['registry.corp.example/**'] }],
    },
    store: { url: 'postgres://tributary@db.corp.example/tributary', retention: { events: 2_000_000 } },
    registries: [
      {
        name: 'registry.corp.example',
        kind: 'oci',
        caFile: '/run/configmaps/corp-ca/ca.crt',
        credentials: { username: 'robot', passwordFile: '/run/secrets/corp-registry/password' },
        webhook: { secretFile: '/run/secrets/corp-registry/webhook' },
      },
    ],
  },
  secrets: ['corp-registry', 'callers'],
  configMaps: ['corp-ca'],
  database: { secret: 'tributary-database' },
  env: { LOG_LEVEL: 'debug' },
  ingress: { enabled: true, className: 'nginx', host: 'tributary.corp.example', tlsSecret: 'tributary-tls' },
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
  },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  podLabels: { team: 'platform' },
  podAnnotations: { 'example.com/note': 'hello' },
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
};

/** All image streams of the cluster that it runs in, with its registry, and its users as callers, behind a Route. */
export const cluster = {
  image: { ...image, tag: '1.2.3' },
  config: {
    access: {
      mode: 'policy',
      callers: [{ name: 'here', kind: 'kubernetes', source: 'here', audience: 'tributary' }],
      rules: [{ groups: ['kubernetes:here:*'], allow: ['get', 'watch'], imageStreams: ['here/**'] }],
    },
    registries: [
      {
        name: 'cluster-registry',
        kind: 'openshift',
        url: 'https://image-registry.openshift-image-registry.svc:5000',
        caFile: '/run/configmaps/openshift-service-ca.crt/service-ca.crt',
        allowPrivateNetwork: true,
        credentials: { tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
      },
    ],
    streams: [
      {
        name: 'here',
        kind: 'openshift',
        inCluster: true,
        registries: { 'image-registry.openshift-image-registry.svc:5000': 'cluster-registry' },
      },
    ],
  },
  configMaps: ['openshift-service-ca.crt'],
  serviceAccount: { name: 'reader', annotations: { 'example.com/owner': 'platform' } },
  route: { enabled: true, host: 'tributary.apps.corp.example' },
};

/** Image streams of two namespaces of that cluster, to be written as well. */
export const namespaces = {
  image,
  config: {
    access: { mode: 'open' },
    writes: true,
    streams: [
      { name: 'shop', kind: 'openshift', inCluster: true, namespaces: ['shop', 'platform'] },
      { name: 'platform', kind: 'openshift', inCluster: true, namespaces: ['platform'] },
    ],
  },
  persistence: { enabled: false },
  service: { type: 'NodePort', port: 8080, annotations: { 'example.com/note': 'hello' } },
};

/** The same as {@link cluster}, of another cluster, by a token: nothing is asked of the one that it runs in. */
export const otherCluster = {
  image,
  config: {
    access: {
      mode: 'policy',
      callers: [{ name: 'east', kind: 'kubernetes', source: 'east', audience: 'tributary' }],
      rules: [{ groups: ['kubernetes:east:*'], allow: ['get', 'watch'], imageStreams: ['east/**'] }],
    },
    streams: [
      { name: 'local', kind: 'local' },
      {
        name: 'east',
        kind: 'openshift',
        server: 'https://api.east.example:6443',
        tokenFile: '/run/secrets/east/token',
        namespaces: ['shop'],
      },
    ],
  },
  secrets: ['east'],
  persistence: { existingClaim: 'images-store' },
};

/** The API groups by which a cluster is known to be OpenShift. */
export const openshiftApis = ['security.openshift.io/v1', 'route.openshift.io/v1', 'image.openshift.io/v1'];

export const all = { minimal, database, cluster, namespaces, otherCluster };
