import type { KeyPath } from './finding.ts';

/** A group of keys of the file as it came from YAML, nothing known about its values. */
export type RawGroup = Readonly<Record<string, unknown>>;

/** Whether a value is a group of keys. */
export function isGroup(value: unknown): value is RawGroup {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at a path, `undefined` where there is nothing. */
export function rawAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return typeof part === 'number' ? at[part] : undefined;
    return isGroup(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
}

/** The groups of a list, at a key or a path, with the path of each; what is no group is left out. The file itself is a list of one. */
export function rawGroups(
  file: unknown,
  list: string | KeyPath,
): readonly { readonly path: KeyPath; readonly group: RawGroup }[] {
  const at = typeof list === 'string' ? [list] : list;
  if (at.length === 0) return isGroup(file) ? [{ path: [], group: file }] : [];
  return rawList(rawAt(file, at)).flatMap((group, index) => (isGroup(group) ? [{ path: [...at, index], group }] : []));
}

/** The texts at a path with the path of each, be it one text or a list of them; all else is left out. */
export function rawTexts(value: unknown, path: KeyPath): readonly { readonly path: KeyPath; readonly text: string }[] {
  const found = rawAt(value, path);
  if (typeof found === 'string') return [{ path, text: found }];
  return rawList(found).flatMap((text, index) => (typeof text === 'string' ? [{ path: [...path, index], text }] : []));
}

function rawList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
