import type { CallerCredential } from './access/callers/callers.ts';
import { remember, type RememberOptions } from './cache/remember.ts';
import type { CallersCredentials } from './config.ts';
import type { Registry } from './domain/registry.ts';
import type { RegistryTableEntry } from './images/registry-table.ts';
import { unattendedRegistry } from './images/unconfigured-registry.ts';
import { createRecentlyUsed } from './lib/recently-used.ts';
import { createCallersCredential } from './transport/credentials/callers.ts';
import type { CredentialSource } from './transport/credentials/credential.ts';

/** How many credentials a registry is kept open for, and how long for one that is not used, in milliseconds. */
const kept = { most: 1_000, idleMs: 15 * 60_000 };

/** What is remembered for all who have no credential. No hash of a token is called that. */
const nobody = 'nobody';

/**
 * A registry that is read with the credential of each caller. Each credential has an adapter and a memory of its own, which know
 * what the registry said to it alone; who has none for this registry reads it without, and the gateway itself does not read it.
 */
export function openForCallers(
  { fromCallers, username }: CallersCredentials,
  open: (credentials: CredentialSource) => Registry,
  remembering: RememberOptions & { readonly owner: string },
): Pick<Required<RegistryTableEntry>, 'registry' | 'as'> {
  const opened = createRecentlyUsed<Registry>({ ...kept, now: remembering.now });

  function as(caller: CallerCredential | undefined): Registry {
    const shown = caller !== undefined && fromCallers.includes(caller.callers) ? caller : undefined;
    const credential = shown?.id ?? nobody;
    return opened(credential, () => ({
      ...remember(open(createCallersCredential(shown, username)), {
        ...remembering,
        // Beginning with the same word, they are forgotten together.
        owner: `${remembering.owner} ${credential}`,
      }),
      readWith: 'callers-credential',
    }));
  }

  return { registry: unattendedRegistry(as(undefined)), as };
}
