import { describe, expect, it } from '@jest/globals';
import { cluster, load, policySample, sample, valid, withPolicy, withRegistry } from './fixture.ts';

const warned = (text: string) => valid(text).warnings.map(({ path }) => path);
const withCredentials = (host: string, count = 1) =>
  `server: { host: "${host}" }\naccess: { mode: open }\nregistries:\n${Array.from({ length: count }, (_, index) => `  - { name: "r${String(index)}.example", kind: oci, credentials: { username: u, passwordFile: password } }`).join('\n')}\n`;

describe('a warning', () => {
  it('is not given without reason', () => {
    expect(warned(withRegistry('kind: oci'))).toEqual([]);
    expect(warned(`${withRegistry('kind: oci')}writes: false\ncache: { tagTtl: 60s }\nstreams: []\n`)).toEqual([]);
  });

  it('is given for room on disk without a folder to have it in', () => {
    const memory = `${withRegistry('kind: oci')}store: { url: ":memory:" }\n`;
    expect(warned(memory)).toEqual([]);
    expect(warned(`${memory}cache: { disk: 1GiB }\n`)).toEqual(['cache.disk']);
    expect(warned(`${memory}cache: { disk: 0 }\n`)).toEqual([]);
    expect(warned(`${memory}cache: { disk: 1GiB, folder: cache }\n`)).toEqual([]);
  });

  it('O08: is given where rules say who may change what, and it is kept nowhere who did', () => {
    const writes = `${withPolicy('rules: [{ users: ["**"], allow: [get], imageStreams: ["local/**"] }]')}writes: true\n`;
    expect(warned(writes)).toEqual(['writes']);
    expect(warned(`${writes}audit: { file: audit.jsonl }\n`)).toEqual([]);
    expect(warned(writes.replace('writes: true', 'writes: false'))).toEqual([]);
    expect(warned(`${withRegistry('kind: oci')}writes: true\n`)).toEqual([]);
  });

  it('is given for an interval below 30 s, and not from 30 s on', () => {
    expect(warned(withRegistry('kind: oci\nwatch: { interval: 29s }'))).toContain('registries[0].watch.interval');
    expect(warned(withRegistry('kind: oci\nwatch: { interval: 30s }'))).not.toContain('registries[0].watch.interval');
    expect(warned('access: { mode: open }\nstreams: [{ name: l, kind: local, schedule: 29s }]')).toContain(
      'streams[0].schedule',
    );
  });

  it('is given where nothing can be read', () => {
    expect(warned('access: { mode: open }')).toEqual(['']);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'gateway.example', '127.0.0.1.example'])(
    'O03: is given for each registry with credentials that %s shares with everyone',
    (host) => {
      expect(warned(withCredentials(host, 2))).toEqual(['registries[0].credentials', 'registries[1].credentials']);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('O03: is not given for credentials behind %s', (host) => {
    expect(warned(withCredentials(host))).toEqual([]);
  });

  it('O03: is not given for credentials and clusters where rules say who may read what', () => {
    const shared = policySample.replace('host: 127.0.0.1', 'host: 0.0.0.0');
    const lost = 'streams[1].registries["image-registry.openshift-image-registry.svc:5000"]';
    expect(warned(shared)).toEqual([lost]);
    const opened = `${sample}${cluster.slice(1)}`.replace('host: 127.0.0.1', 'host: 0.0.0.0');
    expect(warned(opened)).toEqual(['registries[1].credentials', 'streams[1]', lost]);
  });
});

describe('a warning about traces', () => {
  const registries = 'registries: [{ name: quay.io, kind: oci, propagateTrace: true }]\n';
  const text = `access: { mode: open }\n${registries}`;

  it('is given where a registry is to be told of traces, and there are none', () => {
    const loaded = load(text);
    expect(loaded).toMatchObject({ kind: 'valid', warnings: [{ path: 'registries[0].propagateTrace' }] });
  });

  it('is not given where there are', () => {
    expect(load(`${text}telemetry: { otlp: 'http://collector:4318' }`)).toMatchObject({
      kind: 'valid',
      config: { telemetry: { otlp: 'http://collector:4318', share: 1 } },
      warnings: [],
    });
  });

  it.each([
    ['otlp: collector', 'telemetry.otlp', 'is no http or https URL'],
    ["otlp: 'http://c', share: 2", 'telemetry.share', 'is above 1'],
    ["otlp: 'http://user:pass@c'", 'telemetry.otlp', 'holds a credential'],
  ])('is a problem where it is { %s }', (telemetry, path, message) => {
    expect(load(`${text}telemetry: { ${telemetry} }`)).toMatchObject({
      kind: 'invalid',
      problems: [{ path, message: expect.stringContaining(message) }],
    });
  });
});
