import { checkExpected } from '../../domain/expected-digest.ts';
import type { GuardedWrite, ImageStreamWrites, TagAt, Tagged, WantedTag } from '../../domain/image-stream-source.ts';
import { setTagSpec, type WantedSpec } from '../../domain/image-stream-spec.ts';
import { newImageStream } from '../../domain/image-stream-tags.ts';
import type { ImageStreamKey, TagSource } from '../../domain/image-stream.ts';
import { checkWantedTag, notScheduled, sourceStream, wantedSource } from '../../domain/wanted-tag.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store } from '../../store/store.ts';
import { changeStreams, keyText, type Draft } from './change-streams.ts';
import { checkTagAt } from './check-names.ts';
import { readDockerImage, upstreamOf, type FindRegistry } from './docker-image.ts';
import type { Importing } from './importing.ts';
import { noSuchImage, noSuchStream } from '../../domain/no-such-stream.ts';

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
    checkWantedTag(to, wanted);
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
      const wishes = targets.map(({ stream }) => tagWish(wanted, wantedSource(stream, wanted, draft.get)));
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
      case 'NO_IMAGE':
        throw noSuchImage(change.key, change.image);
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
