import type { Descriptor } from '../../../src/domain/descriptor.ts';
import type { Digest } from '../../../src/domain/digest.ts';
import type { GuardedWrite, TagAt, WantedImport, WantedTag } from '../../../src/domain/image-stream-source.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTag } from '../../../src/domain/image-stream.ts';
import { parseRepositoryName, parseTagName, type TagName } from '../../../src/domain/reference.ts';
import type { Registry } from '../../../src/domain/registry.ts';
import type { TagEvent } from '../../../src/domain/tag-event.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  createLocalSource,
  type LocalSource,
  type LocalSourceOptions,
} from '../../../src/stream-sources/local/local-source.ts';
import { createFakeRegistry, type FakeRegistry } from '../../support/fake-registry.ts';
import { createManualClock, type ManualClock } from '../../transport/support/clock.ts';

/** A registry whose tags can be moved, and which can be made to answer late. */
export interface MovableRegistry {
  readonly registry: Registry;
  readonly fake: FakeRegistry;
  /** Points a tag at an image, which from then on can be read; `undefined` takes the tag away. */
  readonly move: (tag: string, digest: Digest | undefined) => void;
  /** The platforms of an index, which is an empty one otherwise. */
  readonly indexes: Map<Digest, readonly Descriptor[]>;
  /** Lets nobody know any more where tags point, until the returned function is called. */
  readonly hold: () => () => void;
  /** How often tags were asked for. */
  readonly asked: () => number;
}

/** `team/app` of a registry. */
function createMovableRegistry(now: () => number, name = 'registry.example'): MovableRegistry {
  const fake = createFakeRegistry(now, name);
  const indexes = new Map<Digest, readonly Descriptor[]>();
  const names = new Set<TagName>();
  let held: Promise<void> | undefined;
  const registry: Registry = {
    ...fake,
    resolveTags: (repository, tags, ask) =>
      fake.resolveTags(repository, tags, ask).map(async (target) => {
        // What is true when it is asked is what is answered, however late.
        target.catch(() => undefined);
        await held;
        return target;
      }),
    manifests: (repository, digests, ask) =>
      fake.manifests(repository, digests, ask).map(async (reading) => {
        const manifest = await reading;
        const manifests = manifest && indexes.get(manifest.digest);
        if (manifest?.content.kind !== 'INDEX') return manifest;
        if (manifests !== undefined) return { ...manifest, content: { ...manifest.content, manifests } };
        const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: manifest.digest, size: 2 };
        const content = { kind: 'IMAGE', config, layers: [], subject: undefined, annotations: new Map() } as const;
        return { ...manifest, content };
      }),
    tagNames: (repository, ask) => {
      const found = fake.tagNames(repository, ask);
      return found.then((answer) =>
        answer === undefined || repository !== 'team/app' ? undefined : { ...answer, names: [...names] },
      );
    },
  };
  return {
    registry,
    fake,
    indexes,
    move: (tag, digest) => {
      names.add(parseTagName(tag));
      fake.tagTargets.set(`team/app:${tag}`, () => Promise.resolve(digest));
      if (digest === undefined) return;
      const repository = parseRepositoryName('team/app');
      fake.held.set(repository, new Set([...(fake.held.get(repository) ?? []), digest]));
    },
    hold: () => {
      let release = (): void => undefined;
      const holding = new Promise<void>((resolve) => (release = resolve));
      held = holding;
      return () => {
        if (held === holding) held = undefined;
        release();
      };
    },
    asked: () => fake.asked.filter((question) => question.startsWith('resolveTags')).length,
  };
}

export interface Stand {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly upstream: MovableRegistry;
  readonly source: LocalSource;
  readonly warnings: string[];
  /** Another gateway on the same store. */
  readonly another: (options?: Partial<LocalSourceOptions>) => LocalSource;
  readonly stream: (key?: ImageStreamKey) => Promise<ImageStream | undefined>;
  readonly tag: (name: string, key?: ImageStreamKey) => Promise<ImageStreamTag | undefined>;
  /** All events so far, as `CREATED shop/app:1 aaa`, `MOVED shop/app:1 aaa>bbb`. */
  readonly events: () => Promise<readonly string[]>;
  readonly log: () => Promise<readonly TagEvent[]>;
  readonly stop: () => Promise<void>;
}

export const app: ImageStreamKey = { source: 'local', namespace: 'shop', name: 'app' };
export const other: ImageStreamKey = { source: 'local', namespace: 'shop', name: 'other' };

/** A local source over a store in memory and a registry in memory, its clock in the hands of the test. */
export async function createStand(options: Partial<LocalSourceOptions> = {}): Promise<Stand> {
  const clock = createManualClock();
  const store = await openStore({ url: ':memory:', clock });
  const upstream = createMovableRegistry(clock.now);
  const warnings: string[] = [];
  const sources: LocalSource[] = [];
  const another: Stand['another'] = (more = {}) => {
    const source = createLocalSource({
      name: 'local',
      store,
      clock,
      find: (name) => (name === 'registry.example' || name === 'alias.example' ? upstream.registry : undefined),
      log: { warn: (_, message) => warnings.push(message) },
      random: () => 0.5,
      ...options,
      ...more,
    });
    sources.push(source);
    return source;
  };
  const stream: Stand['stream'] = async (key = app) => (await store.imageStreams.get([key]))[0];
  const log: Stand['log'] = async () => (await store.log.read({ order: 'OLDEST_FIRST', limit: 500 })).events;
  return {
    clock,
    store,
    upstream,
    source: another(),
    another,
    warnings,
    stream,
    tag: async (name, key) => (await stream(key))?.tags.get(name),
    log,
    events: async () => (await log()).map(shown),
    stop: async () => {
      const stopping = Promise.all(sources.map((source) => source.stop()));
      await clock.advance(10_000);
      await stopping;
      await store.close();
    },
  };
}

function shown({ kind, subject, digest, previousDigest }: TagEvent): string {
  if (subject.kind !== 'IMAGE_STREAM_TAG') throw new Error('an event of a repository');
  const at = `${subject.namespace}/${subject.name}:${subject.tag}`;
  const images = [previousDigest, digest].filter((each) => each !== undefined).map((each) => each.slice(7, 10));
  return [kind, at, [...new Set(images)].join('>')].join(' ').trim();
}

/** How something is written: really, unguarded. */
export function how(more: Partial<GuardedWrite> = {}): GuardedWrite {
  return {
    dryRun: false,
    once: undefined,
    expectedDigest: undefined,
    cost: { upstreamRequests: 0, cacheHits: 0, coalesced: 0 },
    ...more,
  };
}

export function at(tag: string, stream: ImageStreamKey = app): TagAt {
  return { stream, tag };
}

/** What a tag is to be: imported from `registry.example/team/app:1` unless said otherwise. */
export function wanted(
  name = 'registry.example/team/app:1',
  more: Partial<Omit<WantedTag, 'from'>> & {
    readonly kind?: WantedTag['from']['kind'];
    readonly namespace?: string;
  } = {},
): WantedTag {
  const { kind = 'DOCKER_IMAGE', namespace, ...rest } = more;
  return {
    from: { kind, name, namespace },
    alias: false,
    reference: false,
    scheduled: false,
    insecure: false,
    referencePolicy: 'SOURCE',
    importMode: undefined,
    ...rest,
  };
}

export function anImport(more: Partial<WantedImport> = {}): WantedImport {
  return {
    tag: undefined,
    from: undefined,
    all: false,
    scheduled: undefined,
    insecure: undefined,
    importMode: undefined,
    ...more,
  };
}

/** Waits until something is so, giving everybody their turn, but letting no time pass. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 5_000; round++) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came to be so');
}
