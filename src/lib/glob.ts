import picomatch from 'picomatch';

/**
 * A matcher for globs over names: `*` within a path part, `**` across parts, `?` one character; all else stands for itself.
 * Never a regular expression of the caller's, which could take for ever.
 */
export function createGlob(pattern: string): (name: string) => boolean {
  if (!isGlob(pattern)) return (name) => name === pattern;
  const literal = pattern.replace(/[^\w*?/.-]/g, '\\$&');
  return picomatch(literal, { dot: true, nobrace: true, nobracket: true, noextglob: true, nonegate: true });
}

/** Whether a pattern has signs that stand for others; without any it is an exact name. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/**
 * Whether there could be a name that both patterns match. Says yes too often rather than too seldom: every `*` counts as
 * if it went across parts where it stands for more than one.
 */
export function couldBothMatch(one: string, other: string): boolean {
  const [a, b] = [withoutBounds(one), withoutBounds(other)];
  // Row by row: which suffixes of `b` can go on with the suffix of `a` that begins here.
  let below = Array.from({ length: b.length + 1 }, (_, at) => isAllStars(b.slice(at)));
  for (let at = a.length - 1; at >= 0; at -= 1) {
    const row: boolean[] = [];
    row[b.length] = isAllStars(a.slice(at));
    for (let to = b.length - 1; to >= 0; to -= 1) row[to] = meets(a[at], b[to], to, row, below);
    below = row;
  }
  return below[0] ?? false;
}

function meets(
  a: string | undefined,
  b: string | undefined,
  to: number,
  row: readonly boolean[],
  below: readonly boolean[],
): boolean {
  // A star stands for nothing, or takes one more sign of the other pattern.
  if (a === '*' || b === '*') return (below[to] ?? false) || (row[to + 1] ?? false);
  return (a === b || a === '?' || b === '?') && (below[to + 1] ?? false);
}

/** Where `**` stands for no part at all, the slash beside it stands for nothing too. */
function withoutBounds(pattern: string): string {
  return pattern.replace(/\/?\*\*+\/?/g, '**');
}

function isAllStars(pattern: string): boolean {
  return /^\**$/.test(pattern);
}
