import { parseImports, formatImports } from '../../../domain/import-answer.ts';
import type { GuardedWrite, ImageStreamWrites, TagAt, Tagged, WantedTag } from '../../../domain/image-stream-source.ts';
import type { ImageStream, ImageStreamKey } from '../../../domain/image-stream.ts';
import { quote } from '../../../domain/quote.ts';
import { parseReference } from '../../../domain/reference.ts';
import { findSource, type StreamOf } from '../../../domain/tag-source.ts';
import { checkWantedTag, notScheduled, sourceStream, wantedSource } from '../../../domain/wanted-tag.ts';
import { newImageStream } from '../../../domain/image-stream-tags.ts';
import type { ClusterAsk } from '../../../transport/cluster/transport.ts';
import { askFor } from './ask.ts';
import type { Look } from './look.ts';
import { checkTagAt } from './names.ts';
import { onceOnly } from './once.ts';
import type { Writing } from './options.ts';
import { prefixed, refusalOfTag } from './refusals.ts';
import type { Settle, TagSent } from './settle.ts';
import type { Streams } from './streams.ts';
import type { TagWish } from './tag-object.ts';
import { wouldBe } from './would-be.ts';
import type { WriteTag } from './write-tag.ts';
import { noSuchImage, noSuchStream } from '../../../domain/no-such-stream.ts';

export interface TaggingOptions extends Writing {
  readonly streams: Streams;
  readonly writeTag: WriteTag;
  readonly settle: Settle;
  readonly look: Look;
  readonly demandDryRun: (ask: ClusterAsk) => Promise<void>;
}

/** A tag, and what it is to be. */
export interface TagTarget {
  readonly at: TagAt;
  /** As the caller named it. */
  readonly argument: string;
  readonly wish: TagWish;
}

/**
 * Points tags at a source, as `oc tag` does: one request for each. Whatever can be looked at before is looked at before, so
 * that mostly all of them are written or none; where the cluster refuses one in the middle, the failure says which were
 * written, and these stay.
 */
export function createTagging(options: TaggingOptions): ImageStreamWrites['tag'] {
  const { store, streams, writeTag, settle, demandDryRun } = options;

  return async (to, wanted, how) => {
    to.forEach((at, index) => {
      checkTagAt(at, `to.${index}`);
    });
    checkWantedTag(to, wanted);
    checkImage(wanted);
    const keys = [...new Map(to.map(({ stream }) => [keyText(stream), stream])).values()];
    const ask = askFor(how);
    const again = async (kept: string): Promise<Tagged> => {
      const there = await Promise.all(keys.map((key) => streams.known(key, ask)));
      return { streams: there.filter((stream) => stream !== undefined), imports: parseImports(kept) };
    };
    return onceOnly(store, how, { format: ({ imports }) => formatImports(imports), again }, async () => {
      if (how.dryRun) await demandDryRun(ask);
      const targets = await targetsOf(to, wanted, ask);
      const sent = await sendAll(targets, how, ask);
      return how.dryRun ? wouldBe(keys, targets, options, ask) : settle(keys, sent, ask);
    });
  };

  /** All sources are looked up before anything is written, so that the order of the targets does not matter. */
  async function targetsOf(to: readonly TagAt[], wanted: WantedTag, ask: ClusterAsk): Promise<readonly TagTarget[]> {
    const named = [...to.entries()].map(([index, at]) => ({ at, argument: `to.${index}` }));
    const targets = [...new Map(named.map((each) => [tagText(each.at), each])).values()];
    const sources = targets.flatMap(({ at }) => sourceStream(at.stream, wanted.from) ?? []);
    const mirrored = await streamsOf(sources, (key) => streams.known(key, ask));
    const resolve = (streamOf: StreamOf) =>
      targets.map((target) => ({ ...target, wish: wishOf(target.at.stream, wanted, streamOf) }));
    try {
      return resolve(mirrored);
    } catch (error) {
      if (sources.length === 0) throw error;
      // The mirror may be behind.
      return resolve(await streamsOf(sources, async (key) => (await streams.current(key, ask))?.stream));
    }
  }

  async function sendAll(
    targets: readonly TagTarget[],
    { dryRun, expectedDigest }: GuardedWrite,
    ask: ClusterAsk,
  ): Promise<readonly TagSent[]> {
    const sent: TagSent[] = [];
    for (const { at, wish } of targets) {
      try {
        const { object } = await writeTag({ at, wish: () => wish, reads: false, dryRun, expectedDigest }, ask);
        sent.push({ at, wish, object });
      } catch (error) {
        const refused = refusalOfTag(error, 'from.name');
        if (sent.length === 0 || dryRun) throw refused;
        throw prefixed(refused, `${sent.map((each) => nameOf(each.at)).join(', ')} written, ${nameOf(at)} not`);
      }
    }
    return sent;
  }
}

function checkImage({ from, scheduled }: WantedTag): void {
  if (from.kind !== 'DOCKER_IMAGE') return;
  const { digest } = parseReference(from.name);
  if (scheduled && digest !== undefined) throw notScheduled('an image by digest never changes');
}

/** Throws NOT_FOUND where the source is not there. */
function wishOf(key: ImageStreamKey, wanted: WantedTag, streamOf: StreamOf): TagWish {
  const source = wantedSource(key, wanted, streamOf);
  const isImage = source.kind === 'DOCKER_IMAGE';
  // What only points somewhere without an image is copied as just that.
  const reference = wanted.reference || (isImage && wanted.from.kind !== 'DOCKER_IMAGE');
  const { scheduled, insecure, importMode, referencePolicy } = wanted;
  const wish = { reference, scheduled, insecure, importMode, referencePolicy };
  if (isImage) return { ...wish, from: { ...source, namespace: undefined } };
  const target = streamOf(key) ?? newImageStream(key, 0);
  const found = findSource(target, { from: source, reference }, 0, streamOf);
  switch (found.kind) {
    case 'NO_STREAM':
      throw noSuchStream(found.key, 'from.name');
    case 'NO_IMAGE':
      throw noSuchImage(found.key, found.image, 'from.name');
    case 'ITEM':
      return { ...wish, from: found.from };
    default:
      return { ...wish, from: source };
  }
}

async function streamsOf(
  keys: readonly ImageStreamKey[],
  find: (key: ImageStreamKey) => Promise<ImageStream | undefined>,
): Promise<StreamOf> {
  const byText = new Map(keys.map((key) => [keyText(key), key]));
  const found = new Map(await Promise.all([...byText].map(async ([text, key]) => [text, await find(key)] as const)));
  return (key) => found.get(keyText(key));
}

function keyText({ namespace, name }: ImageStreamKey): string {
  return `${namespace}/${name}`;
}

function tagText({ stream, tag }: TagAt): string {
  return JSON.stringify([keyText(stream), tag]);
}

function nameOf({ stream, tag }: TagAt): string {
  return quote(`${stream.name}:${tag}`);
}
