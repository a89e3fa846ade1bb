import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { createRenderer } from './render-template.ts';
import { isGroup, type Group, type Value } from './template-functions.ts';
import { parseTemplate } from './template-syntax.ts';

export const chartFolder = fileURLToPath(new URL('../../../deploy/helm/tributary/', import.meta.url));

/** A Kubernetes object as `helm template` writes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // What is below depends on the kind.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [key: string]: any;
}

export interface Rendered {
  readonly manifests: readonly Manifest[];
  /** What `helm install` says at its end. */
  readonly notes: string;
}

export interface RenderOptions {
  /** What the cluster offers, besides Kubernetes's own. */
  readonly apiVersions?: readonly string[];
}

/** Renders the chart as `helm template team --namespace images` does. Throws ChartFailure where the chart refuses the values. */
export function renderChart(values: object, { apiVersions = [] }: RenderOptions = {}): Rendered {
  const chart = readYaml('Chart.yaml') as Record<string, string>;
  const dot: Value = {
    Values: merge(readYaml('values.yaml'), values as Group),
    Release: { Name: 'team', Namespace: 'images', Service: 'Helm' },
    Chart: { Name: chart['name'], Version: chart['version'], AppVersion: chart['appVersion'] },
    Capabilities: { APIVersions: { Has: (version) => apiVersions.some((known) => known === version) } },
  };
  const names = readdirSync(join(chartFolder, 'templates'));
  const templates = new Map(names.map((name) => [name, parseTemplate(read(`templates/${name}`))]));
  const render = createRenderer([...templates.values()]);
  const manifests = [...templates].flatMap(([name, nodes]) =>
    name.endsWith('.yaml') ? manifestsIn(name, render(nodes, dot)) : [],
  );
  return { manifests, notes: render(templates.get('NOTES.txt') ?? [], dot) };
}

/** The only manifest of a kind. */
export function only({ manifests }: Rendered, kind: string): Manifest {
  const [first, ...others] = manifests.filter((manifest) => manifest.kind === kind);
  if (first === undefined || others.length > 0)
    throw new Error(`there are ${others.length + (first ? 1 : 0)} ${kind}s`);
  return first;
}

/** The kinds of all manifests, in order. */
export function kindsOf({ manifests }: Rendered): readonly string[] {
  return manifests.map(({ kind }) => kind).toSorted();
}

function manifestsIn(name: string, text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw new Error(`${name}: ${error.message}`);
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

/** As Helm lays values over others: key by key, lists as a whole, and null takes a key away. */
function merge(under: Value, over: Value | null): Value {
  if (over === null) return undefined;
  if (!isGroup(under) || !isGroup(over)) return over;
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(under[key], value);
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function read(path: string): string {
  return readFileSync(join(chartFolder, path), 'utf8');
}

function readYaml(path: string): Group {
  return parse(read(path)) as Group;
}
