import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig, type LoadedConfig } from '../../src/config.ts';
import { chartFolder, kindsOf, only, renderChart, type Rendered } from '../support/helm/chart.ts';
import { podOf } from '../support/helm/pod.ts';
import { all, cluster, database, minimal } from './values.ts';

/** What the gateway makes of the ConfigMap in its pod, where only those files are that the pod mounts. */
function loadInPod(rendered: Rendered): LoadedConfig {
  const pod = podOf(rendered);
  const folders = pod.containers[0].volumeMounts
    .filter(({ readOnly }) => readOnly === true)
    .map(({ mountPath }) => `${mountPath}/`);
  // Kubernetes mounts the token itself.
  if (pod.automountServiceAccountToken) folders.push('/var/run/secrets/kubernetes.io/serviceaccount/');
  return loadConfig(only(rendered, 'ConfigMap')['data']['tributary.yaml'] as string, {
    file: '/etc/tributary/tributary.yaml',
    readFile: (path) => {
      if (folders.some((folder) => path.startsWith(folder))) return '-----BEGIN CERTIFICATE-----\n';
      throw Object.assign(new Error(`no such file ${path}`), { code: 'ENOENT' });
    },
  });
}

describe('the ConfigMap', () => {
  it.each(Object.entries(all))('holds a configuration that the gateway takes: %s', (_, values) => {
    expect(loadInPod(renderChart(values))).toMatchObject({ kind: 'valid' });
  });

  it('leads to the folders that the pod may write to, and to the port that it opens', () => {
    const rendered = renderChart({ ...minimal, config: { ...minimal.config, server: { port: 4321 } } });
    expect(loadInPod(rendered)).toMatchObject({
      config: {
        server: { host: '0.0.0.0', port: 4321 },
        store: { url: 'file:/var/lib/tributary' },
        cache: { folder: '/var/cache/tributary' },
      },
    });
    expect(podOf(rendered).containers[0].ports).toEqual([{ name: 'http', containerPort: 4321 }]);
  });

  it('names files that are not there where their Secret is not listed', () => {
    const loaded = loadInPod(renderChart({ ...database, secrets: ['callers'] }));
    expect(loaded.kind === 'invalid' && loaded.problems.map(({ path }) => path)).toEqual([
      'registries[0].credentials.passwordFile',
      'registries[0].webhook.secretFile',
    ]);
  });

  it('stands alone: the chart makes no Secret, and reads the password of PostgreSQL from one', () => {
    for (const values of Object.values(all)) expect(kindsOf(renderChart(values))).not.toContain('Secret');
    expect(podOf(renderChart(database)).containers[0].env).toEqual([
      { name: 'LOG_LEVEL', value: 'debug' },
      {
        name: 'PGPASSWORD',
        valueFrom: { secretKeyRef: { name: 'tributary-database', key: 'password' } },
      },
    ]);
  });
});

describe('the values', () => {
  const read = (name: string): unknown => parse(readFileSync(join(chartFolder, name), 'utf8'));
  const schema = z.fromJSONSchema(read('values.schema.json') as Parameters<typeof z.fromJSONSchema>[0]);
  const pathsOf = (values: object): readonly string[] =>
    schema
      .safeParse({ ...(read('values.yaml') as object), ...values })
      .error?.issues.map(({ path }) => path.join('.')) ?? [];

  it('that the chart has by itself are those that its schema knows, each of them', () => {
    const known = read('values.schema.json') as { readonly properties: object };
    expect(Object.keys(known.properties).filter((key) => key !== 'global')).toEqual(
      Object.keys(read('values.yaml') as object),
    );
    expect(pathsOf({})).toEqual([]);
  });

  it('are held to the schema before anything is rendered', () => {
    const server = { port: 4000 };
    const store = { url: ':memory:' };
    expect(pathsOf({ replica: 2 })).toEqual(['']);
    expect(pathsOf({ replicas: '2' })).toEqual(['replicas']);
    expect(pathsOf({ env: { LOG_LEVEL: 3 } })).toEqual(['env.LOG_LEVEL']);
    expect(pathsOf({ secrets: [{ name: 'corp' }] })).toEqual(['secrets.0']);
    expect(pathsOf({ config: { server, store, streams: [{ name: 'here' }] } })).toEqual(['config.streams.0.kind']);
    expect(pathsOf({ config: { ...cluster.config, server, store } })).toEqual([]);
  });
});

it('the chart is of the version that the gateway has', () => {
  const chart = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(chartFolder, '../../../package.json'), 'utf8'));
  expect(chart).toMatchObject({ version, appVersion: version });
});
