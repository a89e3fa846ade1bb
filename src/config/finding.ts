/** A way into the file: keys and places in lists. */
export type KeyPath = readonly (string | number)[];

/** A problem or warning before its place in the file is known. */
export interface Finding {
  readonly path: KeyPath;
  readonly message: string;
  /** Whether the key itself is wrong, rather than what it says. */
  readonly atKey?: boolean;
}

/** A path as people write it: `registries[2].caFile`. */
export function pathText(path: KeyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${String(part)}]`;
    if (!/^[\w-]{1,64}$/.test(part)) return `${text}[${JSON.stringify(part.slice(0, 64))}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
