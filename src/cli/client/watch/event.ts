import { isDigest, shortDigest } from '../../../domain/digest.ts';
import { nearest } from '../../../lib/nearest.ts';
import { oneLine } from '../../../lib/one-line.ts';
import { failure } from '../failure.ts';
import type { Pattern } from './pattern.ts';

/** An event as a gateway sends it: `TagEvent` of the schema. */
export interface WatchedEvent {
  readonly id: string;
  readonly cursor: string;
  readonly kind: string;
  readonly observedAt: string;
  readonly revision: number | null;
  readonly subject: {
    readonly registry: string | null;
    readonly repository: string | null;
    readonly source: string | null;
    readonly namespace: string | null;
    readonly imageStream: string | null;
    readonly tag: string;
    readonly text: string;
  } | null;
  readonly digest: string | null;
  readonly previousDigest: string | null;
  readonly cause: string | null;
  readonly coalesced: boolean;
  readonly reason: string | null;
  readonly scope: string | null;
}

const fields = `{
    id cursor kind observedAt revision digest previousDigest cause coalesced reason scope
    subject { registry repository source namespace imageStream tag text }
  }`;

/** The subscription for a pattern: its variables are `filter` and `after`, its field is `event`. */
export function subscriptionFor({ kind }: Pattern): string {
  const [field, type] =
    kind === 'REPOSITORY' ? ['tagEvents', 'TagEventFilter'] : ['imageStreamTagEvents', 'ImageStreamTagEventFilter'];
  return `subscription ($filter: ${type}, $after: Cursor) {
  event: ${field}(filter: $filter, after: $after, bookmarks: true) ${fields}
}`;
}

/** The kinds that can be asked for. RESYNC comes always; whoever names it is given it as an event too. */
const kinds = [
  ...['CREATED', 'MOVED', 'ROLLED_BACK', 'RETARGETED', 'IMPORT_FAILED', 'IMPORT_RECOVERED', 'DELETED'],
  'RESYNC',
];

/** Reads `MOVED,CREATED`. Throws a failure of usage. */
export function parseKinds(text: string): readonly string[] {
  const named = text.split(',').map((word) => word.trim().toUpperCase());
  for (const word of named) {
    if (kinds.includes(word)) continue;
    const meant = nearest(word, kinds);
    throw failure(
      2,
      `${JSON.stringify(word)} is no kind of event: ${meant === undefined ? kinds.join(', ') : `did you mean ${meant}?`}`,
    );
  }
  if (named.every((word) => word === 'RESYNC')) throw failure(2, 'name a kind of event besides RESYNC, or none at all');
  return named;
}

/** An event as one line for people: when, what, which tag, from where to where, and why. */
export function formatEvent({ observedAt, kind, subject, previousDigest, digest, reason }: WatchedEvent): string {
  const change = `${short(previousDigest)} → ${short(digest)}`;
  const words = [observedAt, kind.padEnd(16), subject?.text ?? '-', '', change, '', reason ?? ''];
  return `${oneLine(words.join(' ').trimEnd())}\n`;
}

/** What is to be said of a gap: what is to be read again. */
export function formatResync({ reason, scope }: WatchedEvent): string {
  return `RESYNC (${reason ?? 'no reason'}): events may be missing here; read ${scope ?? 'all that is watched'} again, the events go on from now`;
}

function short(digest: string | null): string {
  if (digest === null) return '-';
  return isDigest(digest) ? shortDigest(digest) : digest;
}
