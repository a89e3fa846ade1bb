import { isTagName, type TagName } from '../domain/reference.ts';

/** What one poll of a repository leaves to the next, whichever gateway does it. */
export interface PollNote {
  /** When the last poll that read everything began, in milliseconds since the epoch. */
  readonly checkedAt: number | undefined;
  /** How many polls have read the repository. */
  readonly polls: number;
  /** How many have failed on end, and how the last one did. */
  readonly failures: number;
  readonly code: string | undefined;
  /** Whether its tags have been taken in. */
  readonly hasBaseline: boolean;
  /** The tag that the last poll came to, where it did not come to the end. */
  readonly after: TagName | undefined;
}

const first: PollNote = {
  checkedAt: undefined,
  polls: 0,
  failures: 0,
  code: undefined,
  hasBaseline: false,
  after: undefined,
};

/** Reads a note; one that nobody can read counts as none. */
export function readPollNote(text: string | undefined): PollNote {
  if (text === undefined) return first;
  try {
    const note = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { checkedAt, polls, failures, code, hasBaseline, after } = note;
    return {
      checkedAt: typeof checkedAt === 'number' ? checkedAt : undefined,
      polls: typeof polls === 'number' ? polls : 0,
      failures: typeof failures === 'number' ? failures : 0,
      code: typeof code === 'string' ? code : undefined,
      hasBaseline: hasBaseline === true,
      after: typeof after === 'string' && isTagName(after) ? after : undefined,
    };
  } catch {
    return first;
  }
}

/** A note as the store keeps it: JSON. */
export function formatPollNote(note: PollNote): string {
  return JSON.stringify(note);
}
