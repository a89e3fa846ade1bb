import { withTags } from './image-stream-tags.ts';
import type { ImageStream, ImageStreamTag } from './image-stream.ts';

/**
 * A change of a stream that was seen only when all was over, taken apart into steps, oldest first and `after` last, so
 * that between two steps no tag's head moved more than once. The images in between are in the stream's own history:
 * whatever stands there before the item that was the head when it was last seen. Each step is to be written, with its
 * events, in a change of its own. There are at most `mostSteps`; older ones are left out.
 *
 * A step holds what is certain of its time, the heads; all else is still as it was before, also the object's
 * `resourceVersion`, so that nobody takes a step for the end when the steps are cut short. Images that were replaced in
 * place are lost, and of a stream that was not known before nothing tells what of its history is news.
 */
export function stepsBetween(
  before: ImageStream | undefined,
  after: ImageStream,
  mostSteps: number,
): readonly ImageStream[] {
  if (before === undefined) return [after];
  const missed = new Map([...after.tags.values()].map((tag) => [tag.name, missedBy(before.tags.get(tag.name), tag)]));
  const most = Math.min(Math.max(1, ...missed.values()), mostSteps);
  const steps = Array.from({ length: most - 1 }, (_, at) => stepBefore(before, after, missed, most - 1 - at));
  return [...steps, after];
}

/** How many heads a tag had since it was seen. Cannot be told, and so is 0, where its history does not hold the head of then. */
function missedBy(before: ImageStreamTag | undefined, { history }: ImageStreamTag): number {
  const head = before?.history[0];
  if (head === undefined) return history.length;
  const same = history.map(({ createdAt, digest, generation }) =>
    createdAt === head.createdAt && digest === head.digest ? generation : undefined,
  );
  // Generations are replaced in place when the same image is imported again.
  const exactly = same.indexOf(head.generation);
  return Math.max(0, exactly === -1 ? same.findIndex((generation) => generation !== undefined) : exactly);
}

/** The stream when there were still `left` heads to come. */
function stepBefore(
  before: ImageStream,
  after: ImageStream,
  missed: ReadonlyMap<string, number>,
  left: number,
): ImageStream {
  const moved = [...after.tags.values()]
    .filter(({ name }) => (missed.get(name) ?? 0) > left)
    .map((tag) => {
      const spec = before.tags.has(tag.name) ? before.tags.get(tag.name)?.spec : tag.spec;
      return [tag.name, { ...tag, spec, history: tag.history.slice(left), conditions: [] }] as const;
    });
  return moved.length === 0 ? before : withTags(before, new Map(moved));
}
