import { isGatewayError } from '../domain/errors.ts';
import type { PollNote } from './poll-note.ts';
import type { Polled } from './poll-repository.ts';

/** What a poll leaves to the next, and how long that has to wait, in milliseconds. */
export interface Outcome {
  readonly note: PollNote;
  readonly wait: number;
}

/** How often a registry's repositories are polled. */
export interface Pace {
  /** Milliseconds. */
  readonly interval: number;
  /** A number from 0 to 1, by chance. */
  readonly random: () => number;
}

/** Failed polls are followed by longer and longer waits, up to so many intervals. */
const longestBackoff = 4;
/** After so many polls that did not read every tag, those that cannot be read are not waited for any more. */
const patience = 3;

/** What comes of a poll that began at a time and read what it could. */
export function outcomeOf(polled: Polled, before: PollNote, startedAt: number, pace: Pace): Outcome {
  if (polled.kind === 'no-repository') return failed(before, 'NOT_FOUND', 0, pace);
  const { observed, suspects, after } = polled;
  const polls = before.polls + 1;
  if (observed.failures === 0) {
    const note = { checkedAt: startedAt, polls, failures: 0, code: undefined, hasBaseline: true, after: undefined };
    return { note, wait: jittered(pace.interval, pace) };
  }
  const { note, wait } = failureOf(observed.failure, before, pace);
  const hasBaseline = before.hasBaseline || (after === undefined && note.failures >= patience);
  const hasReadNothing = observed.failures >= suspects;
  const isLate = hasReadNothing || after !== undefined;
  return { note: { ...note, polls, hasBaseline, after }, wait: isLate ? wait : jittered(pace.interval, pace) };
}

/** What comes of a poll that failed. */
export function failureOf(error: unknown, before: PollNote, pace: Pace): Outcome {
  if (!isGatewayError(error)) return failed(before, 'INTERNAL', 0, pace);
  const seconds = 'retryAfterSeconds' in error.details ? error.details.retryAfterSeconds : undefined;
  return failed(before, error.code, 1000 * (seconds ?? 0), pace);
}

function failed(before: PollNote, code: string, atLeast: number, pace: Pace): Outcome {
  const failures = before.failures + 1;
  const wait = pace.interval * Math.min(longestBackoff, 2 ** failures);
  return { note: { ...before, failures, code }, wait: Math.max(atLeast, jittered(wait, pace)) };
}

/** So that what was begun together does not stay together. */
function jittered(ms: number, { random }: Pace): number {
  return Math.round(ms * (0.9 + 0.2 * random()));
}
