import { openDoors } from './doors.ts';
import { faultWith } from './judge.ts';
import { mutate } from './mutate.ts';
import { parsers } from './parsers.ts';
import { randomOf } from './random.ts';
import type { Target } from './target.ts';
import { startTokenTarget } from './tokens.ts';

export interface FuzzOptions {
  /** The same seed, the same texts. */
  readonly seed: string;
  /** Which targets; all where absent. */
  readonly only?: readonly string[] | undefined;
  /** The number of the first round, and when there have been enough, by how many there were. */
  readonly from: number;
  readonly isOver: (rounds: number) => boolean;
  /** Told of each text before it is given, so that one which never ends can be named. */
  readonly onTry?: (target: string, round: number) => void;
}

/** A text that was not taken as it should be. */
export interface Finding {
  readonly target: string;
  readonly round: number;
  readonly text: string;
  readonly fault: string;
}

export interface Fuzzed {
  /** How many texts each target was given. */
  readonly tried: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

/** Parsers read much faster than doors answer: so many texts for one of a door. */
const share = 20;
/** After so many findings there is enough to mend. */
const mostFindings = 20;

/** Gives texts that were broken by chance to all that takes text from strangers, round after round. */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const doors = await openDoors();
  const tokens = await startTokenTarget();
  try {
    const slow = [...doors.targets, tokens.target];
    const all = [...parsers.map((target) => ({ target, each: share })), ...slow.map((target) => ({ target, each: 1 }))];
    const unknown = (options.only ?? []).filter((name) => !all.some(({ target }) => target.name === name));
    if (unknown.length > 0) {
      throw new Error(
        `there is no ${unknown.join(', ')}; there are ${all.map(({ target }) => target.name).join(', ')}`,
      );
    }
    const wanted = all.filter(({ target }) => options.only?.includes(target.name) ?? true);
    return await rounds(wanted, options);
  } finally {
    await tokens.stop();
    await doors.stop();
  }
}

async function rounds(
  targets: readonly { readonly target: Target; readonly each: number }[],
  { seed, from, isOver, onTry }: FuzzOptions,
): Promise<Fuzzed> {
  const tried = new Map<string, number>();
  const findings: Finding[] = [];
  for (let round = from; !isOver(round - from) && findings.length < mostFindings; round += 1) {
    for (const { target, each } of targets) {
      onTry?.(target.name, round);
      for (let nth = 0; nth < each; nth += 1) {
        const text = mutate(randomOf(seed, target.name, round, nth), target.samples, target.words);
        const fault = await faultWith(target, text);
        if (fault !== undefined) findings.push({ target: target.name, round, text, fault });
        tried.set(target.name, (tried.get(target.name) ?? 0) + 1);
      }
    }
  }
  return { tried, findings };
}
