import type { Config } from './config.ts';
import { createAdmission, type Admission } from './graphql/admit.ts';
import { createBudget } from './graphql/budget.ts';
import { defaultLimits } from './graphql/limits.ts';
import { observeAdmission } from './graphql/observe.ts';
import type { createSchema } from './graphql/schema.ts';
import { openTrustedDocuments, type TrustedDocuments } from './graphql/trusted-documents.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

export interface OpenAdmission {
  readonly admission: Admission;
  /** `undefined` where every document may be run. */
  readonly documents: TrustedDocuments | undefined;
}

export interface OpenAdmissionOptions {
  readonly schema: ReturnType<typeof createSchema>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each operation that is admitted how many requests to registries it may come to. */
  readonly onCost: (requests: number) => void;
}

/** What operations may be run, and how much each caller may spend on them. Rejects with CONFIG_INVALID where the trusted documents are broken. */
export async function openAdmission(
  { server, limits }: Pick<Config, 'server' | 'limits'>,
  { schema, clock, log, onCost }: OpenAdmissionOptions,
): Promise<OpenAdmission> {
  const budget = limits.budget && createBudget({ ...limits.budget, clock });
  const { introspection, trustedDocuments: file } = server;
  const admission = observeAdmission(
    createAdmission({ schema, limits: { ...defaultLimits, ...limits }, introspection, budget }),
    ({ requests }) => {
      onCost(requests);
    },
  );
  const documents = file === undefined ? undefined : await openTrustedDocuments({ file, admission, clock, log });
  return { admission, documents };
}
