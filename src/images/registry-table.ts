import type { Registry } from '../domain/registry.ts';

/** The configured registries, in the order of the configuration. */
export interface RegistryTable {
  readonly all: readonly Registry[];
  /** The registry that a name or an alias means, upper and lower case being the same in host names. */
  readonly find: (name: string) => Registry | undefined;
}

export interface RegistryTableEntry {
  readonly registry: Registry;
  /** Other hosts that mean this registry in references. */
  readonly aliases: readonly string[];
}

export function createRegistryTable(entries: readonly RegistryTableEntry[]): RegistryTable {
  const byName = new Map<string, Registry>();
  for (const { registry, aliases } of entries) for (const alias of aliases) byName.set(alias.toLowerCase(), registry);
  for (const { registry } of entries) byName.set(registry.name.toLowerCase(), registry);
  return {
    all: entries.map(({ registry }) => registry),
    find: (name) => byName.get(name.toLowerCase()),
  };
}
