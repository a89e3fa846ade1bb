import type { CallerCredential } from '../access/callers/callers.ts';
import type { Registry } from '../domain/registry.ts';

/** Some registries, in the order of the configuration. */
export interface RegistryTable {
  readonly all: readonly Registry[];
  /** The registry that a name or an alias means, upper and lower case being the same in host names. */
  readonly find: (name: string) => Registry | undefined;
}

/** The configured registries, as the gateway reads them for itself. */
export interface Registries extends RegistryTable {
  /** As they are read for one caller, with their credential where that counts; `undefined` for who has none. */
  readonly as: (caller: CallerCredential | undefined) => RegistryTable;
}

export interface RegistryTableEntry {
  /** As the gateway reads it for itself, and for every caller where there is no `as`. */
  readonly registry: Registry;
  /** Other hosts that mean this registry in references. */
  readonly aliases: readonly string[];
  /** As it is read for one caller. */
  readonly as?: (caller: CallerCredential | undefined) => Registry;
}

export function createRegistryTable(entries: readonly RegistryTableEntry[]): Registries {
  const byName = new Map<string, RegistryTableEntry>();
  for (const entry of entries) for (const alias of entry.aliases) byName.set(alias.toLowerCase(), entry);
  for (const entry of entries) byName.set(entry.registry.name.toLowerCase(), entry);

  function tableOf(registryOf: (entry: RegistryTableEntry) => Registry): RegistryTable {
    return {
      get all() {
        return entries.map(registryOf);
      },
      find: (name) => {
        const entry = byName.get(name.toLowerCase());
        return entry && registryOf(entry);
      },
    };
  }

  const own = tableOf(({ registry }) => registry);
  const isSameForAll = entries.every(({ as }) => as === undefined);
  return {
    ...own,
    as: (caller) => (isSameForAll ? own : tableOf((entry) => entry.as?.(caller) ?? entry.registry)),
  };
}
