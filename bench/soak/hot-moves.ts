/** How tags are to be moved. */
export interface HotQuestion {
  readonly seconds: number;
  /** Moves of the tag `hot`, and of the calm tags together, which take turns. */
  readonly hotPerSecond: number;
  readonly calmPerSecond: number;
}

/** A tag was pointed at a digest, or a client was told so; when, in milliseconds since the epoch. */
export interface CalmMove {
  readonly tag: string;
  readonly digest: string;
  readonly at: number;
}

/** What was done. */
export interface HotReport {
  readonly calm: readonly CalmMove[];
  readonly hotMoves: number;
  /** What the hot tag pointed at last. */
  readonly lastDigest: string;
  readonly endedAt: number;
}

/** The tags, beside `hot`, that each of these registries has. */
export const calmTags = Array.from({ length: 10 }, (_, index) => `calm-${index}`);
export const repository = 'soak/app';

/** What is asked of the clients. */
export type HotClientsQuestion =
  /** Wait until everybody who subscribed to `hot` knows that it points there; told at most so many milliseconds later. */
  | { readonly kind: 'last'; readonly digest: string; readonly withinMs: number }
  /** What the clients of the calm tags were told since this was asked last. */
  | { readonly kind: 'calm' };

/** What the clients saw. */
export interface HotClientsAnswer {
  /** Of those of `hot`: who do not know where it points, when the last of the others was told, and what all were told so far. */
  readonly behind: number;
  readonly knownAt: number;
  readonly received: number;
  readonly reversed: number;
  /** With the name of the registry before each tag: `registry.soak/calm-1`. */
  readonly calm: readonly CalmMove[];
}
