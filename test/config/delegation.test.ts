import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { policySample, said, valid } from './fixture.ts';

const registry = `
  - { name: registry.prod-east.example, kind: openshift, aliases: [east.example] }`;
/** The sample with access by policy, and this under `access.clusters`. */
const withClusters = (clusters: string): string =>
  policySample
    .replace('  rules:\n', `  clusters: [${clusters}]\n  rules:\n`)
    .replace('registries:\n', `registries:${registry}\n`);
const east = 'source: prod-east';

describe('clusters that decide', () => {
  it('know their own callers, unless the file says whom', () => {
    const clustersOf = (text: string) => {
      const { access } = valid(withClusters(text)).config;
      return access.mode === 'policy' ? access.clusters : [];
    };
    expect(clustersOf(`{ ${east} }`)).toMatchObject([
      { source: 'prod-east', callers: [{ kind: 'kubernetes', name: 'east' }], registries: [] },
    ]);
    expect(clustersOf(`{ ${east}, callers: [corp, east], registries: [registry.prod-east.example] }`)).toMatchObject([
      { callers: [{ name: 'corp' }, { name: 'east' }], registries: ['registry.prod-east.example'] },
    ]);
  });

  it.each([
    [
      'a source that is not there',
      '{ source: west }',
      '.source: is "west", and no entry of kind openshift under streams',
    ],
    ['a source that is no cluster', '{ source: local }', '.source: is "local", and no entry of kind openshift'],
    ['no callers, though it says so', `{ ${east}, callers: [] }`, '.callers: is empty: name callers'],
    [
      'callers that are not there',
      `{ ${east}, callers: [west] }`,
      '.callers[0]: is "west", and no callers are called that: there is "corp", "east", "ci"',
    ],
    [
      'callers whose names are from a file',
      `{ ${east}, callers: [ci] }`,
      '.callers[0]: is "ci", whose names come from a file',
    ],
    [
      'a registry that is not there',
      `{ ${east}, registries: [quay.io] }`,
      '.registries[0]: is "quay.io", and no entry under registries is called that',
    ],
    [
      'a registry by an alias',
      `{ ${east}, registries: [east.example] }`,
      '.registries[0]: is "east.example", and no entry',
    ],
    [
      'a registry of another kind',
      `{ ${east}, registries: [docker.io] }`,
      '.registries[0]: is "docker.io", which is not of kind openshift',
    ],
    [
      'an unknown key',
      `{ ${east}, registry: [docker.io] }`,
      '.registry: is no key that is known: the keys here are source, callers, registries',
    ],
  ])('must not have %s', (_, clusters, expected) => {
    const problems = said(withClusters(clusters)).filter((problem) => !problem.includes('decides for nobody'));
    expect(problems).toEqual([expect.stringContaining(`access.clusters[0]${expected}`)]);
  });

  it('must not be without callers, decide twice, or about users of another cluster', () => {
    const nobody = policySample
      .replace('    - { name: east, kind: kubernetes, source: prod-east, audience: tributary }\n', '')
      .replace('  rules:\n', `  clusters: [{ ${east} }]\n  rules:\n`);
    expect(said(nobody)).toEqual([expect.stringContaining('access.clusters[0]: decides for nobody')]);
    const once = `{ ${east}, registries: [registry.prod-east.example] }`;
    expect(said(withClusters(`${once}, ${once}`))).toEqual([
      expect.stringContaining('access.clusters[1].source: "prod-east" is taken by access.clusters[0] already'),
      expect.stringContaining('access.clusters[1].registries[0]: "registry.prod-east.example" is taken by'),
    ]);
    const west = `${withClusters('{ source: west, callers: [east] }')}  - { name: west, kind: openshift, inCluster: true }\n`;
    expect(said(west)).toEqual([
      expect.stringContaining('access.clusters[0].callers[0]: is "east", callers of another cluster'),
    ]);
  });

  it('are warned about where a rule allows what they decide, and not where it denies', () => {
    const rule = (keys: string) =>
      withClusters(`{ ${east}, registries: [registry.prod-east.example] }`).replace(
        / {2}rules:\n[^]*?(?=\nwrites)/,
        `  rules: [{ users: ["**"], ${keys} }]`,
      );
    const warned = (keys: string) =>
      valid(rule(keys)).warnings.flatMap(({ path, message }) =>
        path.startsWith('access') ? [`${path}: ${message}`] : [],
      );
    const expected = 'has no effect: what is allowed there is decided by the cluster';
    expect(warned('allow: [get], imageStreams: ["prod-*/**"]')).toEqual([
      expect.stringContaining(`access.rules[0].imageStreams[0]: ${expected}`),
    ]);
    expect(warned('allow: [get], repositories: ["registry.prod-east.example/**"]')).toEqual([
      expect.stringContaining(`access.rules[0].repositories[0]: ${expected}`),
    ]);
    expect(warned('deny: [get], imageStreams: ["prod-east/**"]')).toEqual([]);
    expect(warned('allow: [get], imageStreams: ["*/**"]')).toEqual([]);
  });

  it('stand in the documentation as they may be written', () => {
    const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
    const [, example = ''] = /## Decided by a cluster[^]*?```yaml\n(access:.*?)```/s.exec(page) ?? [];
    const rest = `registries:${registry}\nstreams: [{ name: prod-east, kind: openshift, inCluster: true }]\n`;
    const { config, warnings } = valid(example + rest);
    expect([config.access.mode, warnings]).toEqual(['policy', []]);
  });
});
