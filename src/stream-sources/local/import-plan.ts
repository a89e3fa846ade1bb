import type { GatewayError } from '../../domain/errors.ts';
import { checkExpected } from '../../domain/expected-digest.ts';
import { isAsBegun } from '../../domain/import-begun.ts';
import type { ChangeAt } from '../../domain/image-stream-history.ts';
import { importFailed, importSucceeded } from '../../domain/image-stream-import.ts';
import type { GuardedWrite, TagAt, TagImport } from '../../domain/image-stream-source.ts';
import { setTagSpec, type WantedSpec } from '../../domain/image-stream-spec.ts';
import { newImageStream } from '../../domain/image-stream-tags.ts';
import type { ImageStream, ImageStreamKey } from '../../domain/image-stream.ts';
import type { TagEventCause } from '../../domain/tag-event.ts';
import { keyText, type Draft } from './change-streams.ts';
import type { DockerImage } from './docker-image.ts';
import type { ImageFound } from './read-images.ts';

/** Finds a stream as it is. */
export type GetStream = (key: ImageStreamKey) => ImageStream | undefined;

/** One tag that is to be imported. */
export interface ImportTarget {
  readonly at: TagAt;
  /** What is wanted of it, its source a DOCKER_IMAGE. */
  readonly wanted: WantedSpec;
  /** What its source names, or why that cannot be imported here. */
  readonly image: DockerImage | GatewayError;
}

/** What is imported, and how it is told. */
export interface ImportPlan {
  /** The streams of the targets, each once. */
  readonly streams: readonly ImageStreamKey[];
  readonly cause: TagEventCause;
  /** Decides by what the streams are. Pure: asked before the registries are, and again when it is written. */
  readonly targets: (get: GetStream) => readonly ImportTarget[];
  /** Tags whose digests the caller has an expectation of. */
  readonly guarded?: readonly TagAt[];
}

/** What registries said of the targets, by {@link tagText}. `undefined` for those that are to be left alone for now. */
export type FoundImages = ReadonlyMap<string, ImageFound | undefined>;

/** A tag of a stream as one text, told from all others. */
export function tagText({ stream, tag }: TagAt): string {
  return JSON.stringify([keyText(stream), tag]);
}

/** Throws CONFLICT where a guarded tag does not point at what is expected. */
export function checkGuard(
  { guarded = [] }: ImportPlan,
  get: GetStream,
  expected: GuardedWrite['expectedDigest'],
): void {
  for (const { stream, tag } of guarded) checkExpected(get(stream), tag, expected);
}

/** Writes what is wanted and what was found; nothing where a tag is not what it was when its import began. */
export function applyFound(
  draft: Draft,
  plan: ImportPlan,
  begun: GetStream,
  found: FoundImages,
  mostItems: number,
): readonly TagImport[] | 'stale' {
  const targets = plan.targets(draft.get);
  if (!targets.every(({ at }) => found.has(tagText(at)) && isTargetAsBegun(at, begun, draft.get))) return 'stale';
  const at: ChangeAt = { now: draft.now, mostItems };
  return targets.flatMap((target) => {
    const image = found.get(tagText(target.at));
    return image === undefined ? [] : applyOne(draft, target, image, at);
  });
}

/** Also the stream must be the same one, and not another that was made under its name. */
function isTargetAsBegun({ stream: key, tag }: TagAt, begun: GetStream, get: GetStream): boolean {
  const [then, now] = [begun(key), get(key)];
  return then?.createdAt === now?.createdAt && isAsBegun(then?.tags.get(tag), now?.tags.get(tag));
}

function applyOne(draft: Draft, { at: { stream: key, tag }, wanted }: ImportTarget, found: ImageFound, at: ChangeAt) {
  const before = draft.get(key);
  const { stream, spec } = withWish(draft, { stream: key, tag }, wanted, { ...at, again: false });
  const ended = { tag, asked: spec };
  if (found.kind === 'FAILED') {
    const { code, message } = found.error;
    draft.set(key, importFailed(stream, ended, { reason: code, message }, at.now));
    return { tag, state: 'FAILED', error: found.error } as const;
  }
  draft.set(key, importSucceeded(stream, ended, found.image, at));
  const { digest } = found.image;
  const isSame = before?.tags.get(tag)?.history[0]?.digest === digest;
  return { tag, state: isSame ? 'UNCHANGED' : 'IMPORTED', digest } as const;
}

/** Writes what is wanted alone, so that everybody sees that an import is pending. */
export function applyPending(draft: Draft, plan: ImportPlan, mostItems: number): readonly TagImport[] {
  return plan.targets(draft.get).map(({ at, wanted }) => {
    draft.set(at.stream, withWish(draft, at, wanted, { now: draft.now, mostItems, again: true }).stream);
    return { tag: at.tag, state: 'PENDING' };
  });
}

function withWish(
  draft: Draft,
  { stream: key, tag }: TagAt,
  wanted: WantedSpec,
  how: ChangeAt & { readonly again: boolean },
) {
  const stream = draft.get(key) ?? newImageStream(key, draft.now);
  const change = setTagSpec(stream, tag, wanted, { ...how, streamOf: draft.get });
  const spec = change.kind === 'SET' ? change.stream.tags.get(tag)?.spec : undefined;
  if (change.kind !== 'SET' || spec === undefined) throw new Error('an image of a registry needs no other stream');
  return { stream: change.stream, spec };
}
