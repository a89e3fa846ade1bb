import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';

/** Answers that hold until some moment. */
export interface RememberedAnswers<Answer> {
  readonly get: (key: string) => Answer | undefined;
  /** Remembers an answer until some moment, milliseconds since the epoch. */
  readonly put: (key: string, answer: Answer, until: number) => void;
}

export interface RememberedAnswersOptions<Answer> {
  /** Whether an answer lets somebody do something. */
  readonly isGood: (answer: Answer) => boolean;
  /** How many good answers are kept, and how many others; of more, those go that were not asked for longest. */
  readonly most: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** Good answers are kept apart from the others, so that many of those push no good ones out. */
export function createRememberedAnswers<Answer>(options: RememberedAnswersOptions<Answer>): RememberedAnswers<Answer> {
  const { isGood, most, clock } = options;
  interface Entry {
    readonly answer: Answer;
    readonly until: number;
  }
  const good = new LRUCache<string, Entry>({ max: most });
  const others = new LRUCache<string, Entry>({ max: most });

  return {
    get: (key) => {
      const entry = good.get(key) ?? others.get(key);
      if (entry === undefined || entry.until > clock.now()) return entry?.answer;
      good.delete(key);
      others.delete(key);
      return undefined;
    },
    put: (key, answer, until) => {
      (isGood(answer) ? good : others).set(key, { answer, until });
    },
  };
}
