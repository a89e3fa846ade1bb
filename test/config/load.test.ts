import { describe, expect, it } from '@jest/globals';
import { load, sample, said, valid, withRegistry } from './fixture.ts';

describe('a configuration', () => {
  it('needs nothing but the word that access is open', () => {
    const { config } = valid('access: { mode: open }');
    expect(config).toMatchObject({
      server: { host: '127.0.0.1', port: 4000, allowedOrigins: [], introspection: true },
      access: { mode: 'open' },
      writes: false,
      store: { url: 'file:/etc/tributary/data', retention: { age: 604_800_000, events: 1_000_000 } },
      cache: {
        tagTtl: 60_000,
        maxStale: 86_400_000,
        memory: 268_435_456,
        disk: 2_147_483_648,
        folder: '/etc/tributary/data',
      },
      registries: [],
      streams: [],
    });
  });

  it('has every limit with its default', () => {
    expect(valid('access: { mode: open }').config.limits).toEqual({
      budget: undefined,
      callerSockets: 20,
      bodyBytes: 102_400,
      headerBytes: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      tokens: 1000,
      depth: 15,
      aliases: 15,
      directives: 50,
      rootFields: 10,
      selections: 10_000,
      validationErrors: 10,
      coercionErrors: 10,
      cost: 2500,
      nodes: 10_000,
      operation: 15_000,
      responseBytes: 16_777_216,
      sockets: 20_000,
      socketSubscriptions: 50,
      socketMessages: 100,
      socketBuffer: 1_048_576,
      messageBytes: 65_536,
      initTimeout: 3000,
      pingInterval: 12_000,
      payloadTimeout: 2000,
      slowTimeout: 30_000,
      drain: 10_000,
      drainDelay: 0,
      upstreamTimeout: 5000,
      queue: 100,
      manifestBytes: 4_194_304,
      blobBytes: 4_194_304,
      tagPageBytes: 8_388_608,
      tagPages: 1000,
      tagNames: 100_000,
    });
  });

  it('overrides one limit without touching the others', () => {
    const { limits } = valid('access: { mode: open }\nlimits: { depth: 3, operation: 200ms, bodyBytes: 512 }').config;
    expect(limits).toMatchObject({ depth: 3, operation: 200, bodyBytes: 512, tokens: 1000 });
  });

  it('takes the sample of the documentation', () => {
    const { config } = valid(sample);
    expect(config.registries.map(({ name }) => name)).toEqual([
      'docker.io',
      'registry.redhat.io',
      'registry.corp.example',
    ]);
    expect(config.registries[2]).toEqual({
      name: 'registry.corp.example',
      kind: 'oci',
      url: 'https://registry.corp.example:5000',
      hubUrl: undefined,
      aliases: ['registry.corp.svc:5000'],
      credentials: undefined,
      caFile: '/etc/pki/corp.pem',
      insecure: false,
      propagateTrace: false,
      allowPrivateNetwork: true,
      tokenRealms: ['https://gitlab.corp.example'],
      redirectHosts: ['s3.corp.example:9000'],
      concurrency: 32,
      watch: { interval: 300_000, repositories: ['team/*'] },
      webhook: { format: 'generic', secretFile: '/run/secrets/hook' },
    });
    expect(config.streams).toMatchObject([
      { name: 'local', kind: 'local', schedule: 900_000, history: 100, importsPerMinute: 60 },
    ]);
  });

  it('takes the folder of the store to be beside the file, and leaves other addresses as they are', () => {
    const url = (store: string) => valid(`access: { mode: open }\nstore: { url: "${store}" }`).config.store.url;
    expect(url('file:state')).toBe('file:/etc/tributary/state');
    expect(url('file:/var/lib/tributary')).toBe('file:/var/lib/tributary');
    for (const other of ['file:///var/lib/tributary', ':memory:', 'postgres://user@db/tributary'])
      expect(url(other)).toBe(other);
  });

  it('accepts anchors and aliases of YAML', () => {
    const { config } = valid('access: { mode: open }\ncache: { tagTtl: &ttl 30s, maxStale: *ttl }');
    expect(config.cache).toMatchObject({ tagTtl: 30_000, maxStale: 30_000 });
  });
});

describe('the audit log', () => {
  it.each([
    ['audit.jsonl', '/etc/tributary/audit.jsonl'],
    ['/var/log/tributary/audit.jsonl', '/var/log/tributary/audit.jsonl'],
    ['"-"', '-'],
  ])('O08: is kept in %s', (file, expected) => {
    expect(valid(`access: { mode: open }\naudit: { file: ${file} }`).config.audit).toEqual({ file: expected });
  });

  it('O08: is kept nowhere unless the file says so', () => {
    expect(valid('access: { mode: open }').config.audit).toBeUndefined();
    expect(said('access: { mode: open }\naudit: {}')).toEqual([expect.stringContaining('audit.file')]);
  });
});

describe('the cache on disk', () => {
  const folder = (keys: string) => valid(`access: { mode: open }\n${keys}`).config.cache.folder;

  it.each([
    ['beside the file where nothing is said', '', '/etc/tributary/data'],
    ['with the store', 'store: { url: "file:./state" }', '/etc/tributary/state'],
    ['with the store at an absolute path', 'store: { url: "file:///var/lib/tributary" }', '/var/lib/tributary'],
    ['where it is told to be', 'cache: { folder: ../cache }', '/etc/cache'],
    ['where it is told to be, whatever the store', 'store: { url: ":memory:" }\ncache: { folder: /c }', '/c'],
  ])('is %s', (_, keys, expected) => {
    expect(folder(keys)).toBe(expected);
  });

  it.each([
    ['for a store in memory', 'store: { url: ":memory:" }'],
    ['for a store without a folder', 'store: { url: "postgres://gateway@db/tributary" }'],
    ['of no bytes', 'cache: { disk: 0 }'],
    ['of no bytes, as a size', 'cache: { disk: 0B, folder: /c }'],
  ])('there is none %s', (_, keys) => {
    expect(folder(keys)).toBeUndefined();
  });
});

describe('a registry', () => {
  const first = (text: string) => valid(text).config.registries[0];

  it('is reached by https at its name', () => {
    expect(first(withRegistry('kind: oci'))?.url).toBe('https://registry.example');
    expect(first(withRegistry('kind: red-hat'))?.url).toBe('https://registry.example');
  });

  it('has its address written without what says nothing', () => {
    expect(first(withRegistry('kind: oci\nurl: HTTPS://Registry.Example:443/'))?.url).toBe('https://registry.example');
  });

  it('may be reached by plain http, where that is said to be insecure', () => {
    const registry = first(withRegistry('kind: oci\nurl: http://127.0.0.1:5000\ninsecure: true'));
    expect(registry).toMatchObject({ url: 'http://127.0.0.1:5000', insecure: true });
  });

  it('finds its files from the folder of the configuration', () => {
    const registry = first(
      withRegistry('kind: oci\ncaFile: ca.pem\ncredentials: { username: u, passwordFile: ./password }'),
    );
    expect(registry).toMatchObject({
      caFile: '/etc/tributary/ca.pem',
      credentials: { username: 'u', passwordFile: '/etc/tributary/password' },
    });
  });

  it.each([
    ['oci', 'distribution'],
    ['docker-hub', 'docker-hub'],
    ['red-hat', 'generic'],
    ['openshift', 'generic'],
  ])('of kind %s reads webhooks in the format %s, unless another is said', (kind, format) => {
    const read = (said: string) => first(withRegistry(`kind: ${kind}\nwebhook: { ${said}secretFile: password }`));
    expect(read('')?.webhook).toEqual({ format, secretFile: '/etc/tributary/password' });
    expect(read('format: github, ')?.webhook?.format).toBe('github');
  });
});

describe('Docker Hub', () => {
  const hub = (keys: string, more = '') =>
    valid(`access: { mode: open }\nregistries:\n  - { name: docker.io, kind: docker-hub${keys} }\n${more}`).config
      .registries;

  it('is reached at its own addresses and has its other names', () => {
    expect(hub('')[0]).toMatchObject({
      url: 'https://registry-1.docker.io',
      hubUrl: 'https://hub.docker.com',
      aliases: ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'],
    });
  });

  it('has its REST API where the registry is said to be', () => {
    expect(hub(', url: "https://mirror.example"')[0]).toMatchObject({
      url: 'https://mirror.example',
      hubUrl: 'https://mirror.example',
    });
    expect(hub(', url: "https://mirror.example", hubUrl: "https://api.example"')[0]?.hubUrl).toBe(
      'https://api.example',
    );
  });

  it('is docker.io under another name too', () => {
    const { registries } = valid(
      'access: { mode: open }\nregistries: [{ name: hub.example, kind: docker-hub, url: "https://registry-1.docker.io" }]',
    ).config;
    expect(registries[0]?.aliases).toContain('docker.io');
  });

  it('leaves names alone that others took', () => {
    const [first, second] = hub('', '  - { name: index.docker.io, kind: docker-hub, aliases: [registry-1.docker.io] }');
    expect(first?.aliases).toEqual(['registry.hub.docker.com']);
    expect(second?.aliases).toEqual(['registry-1.docker.io']);
  });
});

it('reports a file that cannot be read as it reports all else', () => {
  const loaded = load('access: { mode: open }\nregistries: [{ name: a.example, kind: oci, caFile: nope.pem }]');
  expect(loaded).toMatchObject({ kind: 'invalid', problems: [{ path: 'registries[0].caFile', line: 2 }] });
});
