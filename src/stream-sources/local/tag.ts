import { GatewayError } from '../../domain/errors.ts';
import { checkExpected } from '../../domain/expected-digest.ts';
import type { GuardedWrite, ImageStreamWrites, TagAt, Tagged, WantedTag } from '../../domain/image-stream-source.ts';
import { setTagSpec, type WantedSpec } from '../../domain/image-stream-spec.ts';
import { newImageStream } from '../../domain/image-stream-tags.ts';
import type { ImageStreamKey, TagSource } from '../../domain/image-stream.ts';
import { quote } from '../../domain/quote.ts';
import { pinnedSource, sourceTag } from '../../domain/tag-source.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store } from '../../store/store.ts';
import { changeStreams, keyText, noSuchStream, type Draft } from './change-streams.ts';
import { checkTagAt } from './check-names.ts';
import { readDockerImage, upstreamOf, type FindRegistry } from './docker-image.ts';
import type { Importing } from './importing.ts';

export interface TaggingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly history: number;
  readonly find: FindRegistry;
  readonly importing: Importing;
}

/** Points tags at a source, as `oc tag` does. */
export function createTagging(options: TaggingOptions): ImageStreamWrites['tag'] {
  const { store, clock, history, find, importing } = options;

  async function tag(to: readonly TagAt[], wanted: WantedTag, how: GuardedWrite): Promise<Tagged> {
    to.forEach(checkTagAt);
    checkWanted(to, wanted);
    const targets = [...new Map(to.map((at) => [JSON.stringify([keyText(at.stream), at.tag]), at])).values()];
    const streams = [...new Map(targets.map(({ stream }) => [keyText(stream), stream])).values()];
    if (wanted.from.kind !== 'DOCKER_IMAGE' || wanted.reference) return pointAt(targets, streams, wanted, how);

    const image = readDockerImage(wanted.from.name, find);
    const upstream = upstreamOf(image);
    if (wanted.scheduled && upstream === undefined) throw notScheduled('an image by digest never changes');
    const wish = { ...tagWish(wanted, wanted.from), upstream };
    const plan = {
      streams,
      cause: 'MUTATION',
      targets: () => targets.map((at) => ({ at, wanted: wish, image })),
      guarded: targets,
    } as const;
    return importing.byRequest({ streams, plan: () => Promise.resolve(plan) }, how);
  }

  /** Sources that the store itself holds, and mere references: nothing is asked upstream. */
  async function pointAt(
    targets: readonly TagAt[],
    streams: readonly ImageStreamKey[],
    wanted: WantedTag,
    { dryRun, once, expectedDigest }: GuardedWrite,
  ): Promise<Tagged> {
    if (wanted.from.kind === 'DOCKER_IMAGE') readDockerImage(wanted.from.name, find);
    const edit = (draft: Draft): void => {
      // All sources are looked up before anything changes, so that the order of the targets does not matter.
      const wishes = targets.map(({ stream }) => tagWish(wanted, sourceOf(draft, stream, wanted)));
      targets.forEach((at, index) => {
        const wish = wishes[index];
        checkExpected(draft.get(at.stream), at.tag, expectedDigest);
        if (wish !== undefined) setTag(draft, at, wish);
      });
    };
    const sources = targets.flatMap(({ stream }) => sourceStream(stream, wanted.from) ?? []);
    const how = { dryRun, once, streams: [...streams, ...sources], cause: 'MUTATION', answer: () => '{}' } as const;
    const changed = await changeStreams(store, { ...how, edit }, clock.now);
    const after =
      changed.kind === 'changed' ? changed.streams.slice(0, streams.length) : await store.imageStreams.get(streams);
    return { streams: after.filter((stream) => stream !== undefined), imports: [] };
  }

  function setTag(draft: Draft, { stream: key, tag: name }: TagAt, wish: WantedSpec): void {
    const stream = draft.get(key) ?? newImageStream(key, draft.now);
    const at = { now: draft.now, mostItems: history, streamOf: draft.get };
    const change = setTagSpec(stream, name, wish, at);
    switch (change.kind) {
      case 'SET':
        draft.set(key, change.stream);
        return;
      case 'NO_STREAM':
        throw noSuchStream(change.key);
      case 'NO_IMAGE': {
        const { namespace, name: of } = change.key;
        throw new GatewayError('NOT_FOUND', `${namespace}/${of} never had an image ${quote(change.image)}`, {});
      }
    }
  }

  return tag;
}

function tagWish(wanted: WantedTag, from: TagSource): WantedSpec {
  return {
    from: from.kind === 'DOCKER_IMAGE' ? { ...from, namespace: undefined } : from,
    reference: wanted.reference || (from.kind === 'DOCKER_IMAGE') !== (wanted.from.kind === 'DOCKER_IMAGE'),
    referencePolicy: wanted.referencePolicy,
    importPolicy: {
      scheduled: wanted.scheduled,
      insecure: wanted.insecure,
      importMode: wanted.importMode ?? 'PRESERVE_ORIGINAL',
    },
    upstream: undefined,
  };
}

/** The source as the specification is to name it: a tag that is not to be followed is pinned to its image. */
function sourceOf({ get, now }: Draft, key: ImageStreamKey, { from: named, alias }: WantedTag): TagSource {
  const from = { ...named, namespace: named.namespace === key.namespace ? undefined : named.namespace };
  if (from.kind !== 'IMAGE_STREAM_TAG' || alias) return from;
  const pinned = pinnedSource(get(key) ?? newImageStream(key, now), from, get);
  if (pinned !== undefined) return pinned;
  const { namespace, name, tag } = sourceTag(key, from);
  throw new GatewayError('NOT_FOUND', `${quote(`${namespace}/${name}:${tag}`)} points at no image`, {});
}

/** The stream that a source names, as seen from the stream of a tag. */
function sourceStream(stream: ImageStreamKey, from: TagSource): ImageStreamKey | undefined {
  if (from.kind === 'DOCKER_IMAGE') return undefined;
  if (from.kind === 'IMAGE_STREAM_TAG') {
    const { source, namespace, name } = sourceTag(stream, from);
    return { source, namespace, name };
  }
  const at = from.name.indexOf('@');
  const name = at === -1 ? stream.name : from.name.slice(0, at);
  return { source: stream.source, namespace: from.namespace ?? stream.namespace, name };
}

/** Throws ARGUMENT_INVALID for what does not go together. */
function checkWanted(to: readonly TagAt[], { from, alias, scheduled, insecure, reference }: WantedTag): void {
  if (to.length === 0) throw new GatewayError('ARGUMENT_INVALID', 'no tag is named to be set', { argument: 'to' });
  if (scheduled && (from.kind !== 'DOCKER_IMAGE' || reference)) {
    throw notScheduled('only a tag that is imported from a registry is imported again');
  }
  if (insecure && from.kind !== 'DOCKER_IMAGE') {
    throw new GatewayError('ARGUMENT_INVALID', 'insecure is said of images of a registry only', {
      argument: 'insecure',
    });
  }
  if (!alias) return;
  if (from.kind !== 'IMAGE_STREAM_TAG') {
    throw new GatewayError('ARGUMENT_INVALID', 'only another tag can be followed: its kind is IMAGE_STREAM_TAG', {
      argument: 'alias',
    });
  }
  for (const { stream } of to) {
    const followed = sourceTag(stream, from);
    if (followed.namespace === stream.namespace && followed.name === stream.name) continue;
    throw new GatewayError('ARGUMENT_INVALID', 'a tag can only follow a tag of its own image stream', {
      argument: 'alias',
    });
  }
}

function notScheduled(why: string): GatewayError {
  return new GatewayError('ARGUMENT_INVALID', `the tag cannot be scheduled: ${why}`, { argument: 'scheduled' });
}
