import { isSameSource } from './image-stream-spec.ts';
import type { ImageStreamTag, TagSpec } from './image-stream.ts';

/**
 * Whether a tag still is what it was when an import of it began to read upstream, `undefined` where there was none. If it
 * is not, somebody wanted or saw something else since, and what the import brings may be older than that: it must not be
 * written, but read again.
 *
 * Each import that brings another image or fails, each rollback and each new wish gives the tag's specification another
 * generation; the head tells of a tag that follows another, the condition of a failure that is over.
 */
export function isAsBegun(begun: ImageStreamTag | undefined, now: ImageStreamTag | undefined): boolean {
  return isSameSpec(begun?.spec, now?.spec) && isSameHead(begun, now) && isSameCondition(begun, now);
}

function isSameSpec(begun: TagSpec | undefined, now: TagSpec | undefined): boolean {
  if (begun === undefined || now === undefined) return begun === now;
  return (
    begun.generation === now.generation &&
    begun.reference === now.reference &&
    begun.importPolicy.importMode === now.importPolicy.importMode &&
    isSameSource(begun.from, now.from)
  );
}

function isSameHead(begun: ImageStreamTag | undefined, now: ImageStreamTag | undefined): boolean {
  const [then, head] = [begun?.history[0], now?.history[0]];
  if (then === undefined || head === undefined) return then === head;
  return (
    then.digest === head.digest &&
    then.dockerImageReference === head.dockerImageReference &&
    then.generation === head.generation &&
    then.createdAt === head.createdAt
  );
}

function isSameCondition(begun: ImageStreamTag | undefined, now: ImageStreamTag | undefined): boolean {
  return begun?.conditions[0]?.generation === now?.conditions[0]?.generation;
}
