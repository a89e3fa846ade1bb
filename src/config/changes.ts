import { isDeepStrictEqual } from 'node:util';
import type { Config, ConfigProblem } from './model.ts';
import { isGroup } from './raw.ts';

/** What another configuration says otherwise, in names and keys alone: for logs. */
export interface ConfigChanges {
  readonly registries: NameChanges;
  readonly streams: NameChanges;
  /** Of all else, as `access.rules` or `limits.depth`. */
  readonly keys: readonly string[];
}

/** Names of entries of a list. */
export interface NameChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those that say something else under the same name. */
  readonly changed: readonly string[];
}

/** What the process is built on. */
const lasting: ReadonlySet<string> = new Set([
  'server.host',
  'server.port',
  'store.url',
  'cache.memory',
  'cache.disk',
  'cache.folder',
  'limits.headerBytes',
  'limits.headersTimeout',
  'limits.requestTimeout',
]);

/** What is different in `after`. */
export function configChanges(before: Config, after: Config): ConfigChanges {
  const others = changedKeys(before, after).filter((key) => key !== 'registries' && key !== 'streams');
  return {
    registries: nameChanges(before.registries, after.registries),
    streams: nameChanges(before.streams, after.streams),
    keys: others.flatMap((key) => {
      const [was, is]: readonly unknown[] = [before[key], after[key]];
      return isGroup(was) && isGroup(is) ? changedKeys(was, is).map((inner) => `${key}.${inner}`) : [key];
    }),
  };
}

/** What of the changes no running gateway can take over: a problem for each. */
export function restartProblems({ keys }: ConfigChanges): readonly ConfigProblem[] {
  const message = 'cannot change while the gateway runs: take the change back, or restart the gateway';
  return keys.filter((key) => lasting.has(key)).map((path) => ({ path, message, line: undefined, column: undefined }));
}

/** Whether there is less to see for somebody, or something else under the same name. */
export function mayShowLess({ registries, streams, keys }: ConfigChanges): boolean {
  const isGone = [registries, streams].some(({ removed, changed }) => removed.length + changed.length > 0);
  return isGone || keys.some((key) => key.startsWith('access.'));
}

/** The keys at the top under which something is different; none where nothing is. */
export function changedGroups({ registries, streams, keys }: ConfigChanges): readonly string[] {
  const lists = Object.entries({ registries, streams }).filter(([, { added, removed, changed }]) =>
    [added, removed, changed].some((names) => names.length > 0),
  );
  return [...lists.map(([key]) => key), ...new Set(keys.map((key) => key.replace(/\..*$/, '')))];
}

/** Whether nothing is different. */
export function isUnchanged(changes: ConfigChanges): boolean {
  return changedGroups(changes).length === 0;
}

interface Named {
  readonly name: string;
}

function nameChanges(before: readonly Named[], after: readonly Named[]): NameChanges {
  const [was, is] = [before, after].map((entries) => new Map(entries.map((entry) => [entry.name, entry])));
  const isSame = ({ name }: Named): boolean => isDeepStrictEqual(was?.get(name), is?.get(name));
  const namesOf = (entries: readonly Named[]): readonly string[] => entries.map(({ name }) => name);
  return {
    added: namesOf(after.filter(({ name }) => was?.has(name) === false)),
    removed: namesOf(before.filter(({ name }) => is?.has(name) === false)),
    changed: namesOf(after.filter((entry) => was?.has(entry.name) === true && !isSame(entry))),
  };
}

function changedKeys<Group extends object>(before: Group, after: Group): readonly (keyof Group & string)[] {
  const keys = Object.keys({ ...before, ...after }) as (keyof Group & string)[];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
