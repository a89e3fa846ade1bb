import picomatch from 'picomatch';

/**
 * A matcher for globs over names: `*` within a path part, `**` across parts, `?` one character; all else stands for itself.
 * Never a regular expression of the caller's, which could take for ever.
 */
export function createGlob(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const literal = pattern.replace(/[^\w*?/.-]/g, '\\$&');
  return picomatch(literal, { dot: true, nobrace: true, nobracket: true, noextglob: true, nonegate: true });
}
