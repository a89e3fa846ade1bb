/** Figures that are taken again and again until they are asked for. */
export interface Sampling {
  /** Ends it; answers what was taken, oldest first: at least one figure before, and one now. */
  readonly stop: () => readonly number[];
}

/** Takes a figure now, and then each so many milliseconds. */
export function sample(take: () => number, everyMs: number): Sampling {
  const taken = [take()];
  const timer = setInterval(() => taken.push(take()), everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      taken.push(take());
      return taken;
    },
  };
}
