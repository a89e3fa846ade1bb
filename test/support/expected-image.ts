import type { ImageAnswer } from './image-answer.ts';

/** A platform, in the words of image-spec image-index.md. */
export interface PlatformDocument {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: PlatformDocument;
}

/** A manifest or an index, in the words of image-spec manifest.md and image-index.md. */
export interface ManifestDocument {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a configuration says, in the words of image-spec config.md. */
export interface ConfigDocument extends PlatformDocument {
  readonly created?: string;
  readonly author?: string;
  readonly config?: {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly ExposedPorts?: object;
    readonly Volumes?: object;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly StopSignal?: string;
  };
  readonly history?: readonly {
    readonly created?: string;
    readonly created_by?: string;
    readonly author?: string;
    readonly comment?: string;
    readonly empty_layer?: boolean;
  }[];
}

/** What the gateway is to answer for a configuration. */
export function expectedConfig({ created, author, config = {}, history = [] }: ConfigDocument) {
  return {
    created: time(created),
    author: author ?? null,
    user: config.User ?? null,
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDir: config.WorkingDir ?? null,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    labels: keyValues(config.Labels),
    stopSignal: config.StopSignal ?? null,
    history: history.map((entry) => ({
      created: time(entry.created),
      createdBy: entry.created_by ?? null,
      author: entry.author ?? null,
      comment: entry.comment ?? null,
      emptyLayer: entry.empty_layer ?? false,
    })),
  };
}

/** A time with milliseconds, as GraphQL always writes it; skopeo writes it as short as may be. */
export function time(text: string | null | undefined): string | null {
  return text == null ? null : new Date(text).toISOString();
}

/** What the gateway is to answer for a platform. */
export function platformOf(document: PlatformDocument) {
  const { os, architecture, variant = null, 'os.version': osVersion = null } = document;
  return { os, architecture, variant, osVersion };
}

/** A platform as docker writes it; `unknown` where nothing is said. */
export function platformName(platform: ReturnType<typeof platformOf> | null): string {
  if (platform === null) return 'unknown';
  const { os, architecture, variant } = platform;
  return [os, architecture, variant].filter((part) => part !== null).join('/');
}

/** Labels or annotations in the order of their keys: skopeo sorts what it shows, the gateway keeps the order of the document. */
export function keyValues(entries: Readonly<Record<string, string>> = {}) {
  return Object.entries(entries)
    .map(([key, value]) => ({ key, value }))
    .sort(byKey);
}

function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  return left.key < right.key ? -1 : 1;
}

/** An answer with labels and annotations in the order of their keys. */
export function sorted(answer: ImageAnswer): object {
  const { config, annotations, ...rest } = answer as ImageAnswer & {
    readonly config: { readonly labels: readonly { readonly key: string }[] } | null;
    readonly annotations: readonly { readonly key: string }[] | null;
  };
  return {
    ...rest,
    config: config && { ...config, labels: [...config.labels].sort(byKey) },
    annotations: annotations && [...annotations].sort(byKey),
  };
}
