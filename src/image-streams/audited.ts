import type { Attempt } from '../audit/attempt.ts';
import type { Came, TagMove, TagPoint } from '../audit/audit.ts';
import { isGatewayError } from '../domain/errors.ts';
import type { TagAt, TagImport } from '../domain/image-stream-source.ts';
import type { ImageStream, ImageStreamKey, TagItem } from '../domain/image-stream.ts';
import type { StoredImageStreams } from '../store/store.ts';

/** What a write is about. */
export interface Touched {
  /** Each once. */
  readonly streams: readonly ImageStreamKey[];
  /** The tags that it may move; `all` of its streams, or of those the ones that it imports. */
  readonly tags: readonly TagAt[] | 'all';
}

/** What a write came to: the streams as they are now, without those that are gone. */
export interface Outcome {
  readonly streams: readonly ImageStream[];
  readonly imports?: readonly TagImport[];
}

/** Does a write once the audit log has it, and tells it what came of that. All tags are told there, whatever the viewer may see. */
export type Audited = <Result>(
  attempt: Attempt,
  touched: Touched,
  write: () => Promise<Result>,
  outcomeOf: (result: Result) => Outcome,
) => Promise<Result>;

export function createAudited(store: Pick<StoredImageStreams, 'get'>): Audited {
  return async (attempt, { streams: keys, tags }, write, outcomeOf) => {
    const before = (await store.get(keys)).filter((stream) => stream !== undefined);
    const meant = tags === 'all' ? tagsOf(before) : tags;
    await attempt.begin({
      imageStreams: [...new Set(keys.map(pathOf))],
      tags: meant.map((at) => pointIn(before, at)),
    });
    const result = await write();
    const { streams: after, imports } = outcomeOf(result);
    const moved = movesOf(tags === 'all' ? tagsTouched(before, after, imports) : tags, before, after);
    attempt.end(moved.length === 0 && isSame(before, after) ? 'unchanged' : 'done', {
      moved,
      imports: (imports ?? []).map(importOf),
    });
    return result;
  };
}

function tagsOf(streams: readonly ImageStream[]): readonly TagAt[] {
  return streams.flatMap((stream) => [...stream.tags.keys()].map((tag) => ({ stream, tag })));
}

/** Of an import only what it imported: others may move tags of the stream meanwhile. */
function tagsTouched(
  before: readonly ImageStream[],
  after: readonly ImageStream[],
  imports: Outcome['imports'],
): readonly TagAt[] {
  return imports === undefined
    ? tagsOf(before)
    : after.flatMap((stream) => imports.map(({ tag }) => ({ stream, tag })));
}

function movesOf(
  tags: readonly TagAt[],
  before: readonly ImageStream[],
  after: readonly ImageStream[],
): readonly TagMove[] {
  return tags.flatMap((at) => {
    const [then, now] = [pointIn(before, at), pointIn(after, at)];
    // By the history, since another may have moved it after we looked, and before this was done.
    const previousDigest = historyIn(after, at)?.[1]?.digest ?? then.digest;
    return now.digest === then.digest ? [] : [{ ...now, previousDigest }];
  });
}

function pointIn(streams: readonly ImageStream[], at: TagAt): TagPoint {
  return { imageStream: pathOf(at.stream), tag: at.tag, digest: historyIn(streams, at)?.[0]?.digest ?? null };
}

function historyIn(streams: readonly ImageStream[], { stream: key, tag }: TagAt): readonly TagItem[] | undefined {
  const path = pathOf(key);
  return streams.find((stream) => pathOf(stream) === path)?.tags.get(tag)?.history;
}

/** Whether the same streams are there, and the same is wanted of them. */
function isSame(before: readonly ImageStream[], after: readonly ImageStream[]): boolean {
  const textOf = (streams: readonly ImageStream[]): string =>
    JSON.stringify(streams.map((stream) => [pathOf(stream), stream.createdAt, stream.generation]).toSorted());
  return textOf(before) === textOf(after);
}

function importOf(done: TagImport): Came['imports'][number] {
  const { tag, state } = done;
  return done.state === 'FAILED' && isGatewayError(done.error) ? { tag, state, code: done.error.code } : { tag, state };
}

function pathOf({ source, namespace, name }: ImageStreamKey): string {
  return `${source}/${namespace}/${name}`;
}
