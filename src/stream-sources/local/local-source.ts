import { GatewayError } from '../../domain/errors.ts';
import type { ImageStreamSource } from '../../domain/image-stream-source.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Store } from '../../store/store.ts';
import { createAgenda } from './agenda.ts';
import { createBudget } from './budget.ts';
import type { FindRegistry } from './docker-image.ts';
import { createEdits } from './edits.ts';
import { createHints, type Hinted } from './hints.ts';
import { createImport } from './import.ts';
import { createImporting } from './importing.ts';
import { createSchedule } from './schedule.ts';
import { createTagging } from './tag.ts';

export interface LocalSourceOptions {
  /** As the configuration names it. */
  readonly name: string;
  readonly store: Store;
  /** The registry that a name or an alias means. */
  readonly find: FindRegistry;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** How often scheduled tags are imported again, in milliseconds; 15 minutes by default. */
  readonly interval?: number;
  /** How many items the history of a tag keeps; 100 by default. */
  readonly history?: number;
  /** How many scheduled tags are imported each minute, for each registry; 60 by default. */
  readonly importsPerMinute?: number;
  /** How many tags of a repository are imported at once; 50 by default. */
  readonly bulk?: number;
  /** How long an answer waits for an import, in milliseconds; 10 s by default. */
  readonly patience?: number;
  /** A number from 0 on and below 1, by chance. */
  readonly random?: () => number;
}

/** Image streams that are kept in the store, by the rules of OpenShift. */
export interface LocalSource extends ImageStreamSource {
  /** Begins to import what is scheduled. */
  readonly start: () => void;
  /** Begins no more of that, and resolves when what is under way has ended. */
  readonly rest: () => Promise<void>;
  readonly hinted: Hinted;
}

/** How long stopping waits for what is under way, in milliseconds. What is left then is done by whoever comes next. */
const stopMs = 5_000;

export function createLocalSource(options: LocalSourceOptions): LocalSource {
  const { name, store, find, clock, log } = options;
  const { interval = 900_000, history = 100, importsPerMinute = 60, bulk = 50, patience = 10_000 } = options;
  const stopping = new AbortController();
  const agenda = createAgenda({ source: name, leases: store.leases, interval });
  const importing = createImporting({ store, agenda, clock, history, patience, stopping: stopping.signal });
  const schedule = createSchedule({
    source: name,
    store,
    agenda,
    importing,
    find,
    budget: createBudget({ perMinute: importsPerMinute, clock }),
    clock,
    interval,
    random: options.random ?? Math.random,
    log,
  });

  return {
    name,
    kind: 'local',
    namespaces: undefined,
    registryOf: () => undefined,
    freshness: () => Promise.resolve({ state: 'LIVE', fetchedAt: clock.now() }),
    writes: {
      ...createEdits({ store, clock, history }),
      tag: createTagging({ store, clock, history, find, importing }),
      import: createImport({ find, importing, bulk }),
    },
    hinted: createHints({ source: name, store, agenda, importing, find, stopping: stopping.signal }),
    start: schedule.start,
    rest: schedule.stop,
    stop: async () => {
      stopping.abort(new GatewayError('UNAVAILABLE', 'the gateway is stopping', {}));
      let giveUp = (): void => undefined;
      const late = new Promise<void>((resolve) => (giveUp = clock.setTimeout(resolve, stopMs)));
      await Promise.race([schedule.stop(), late]);
      giveUp();
    },
  };
}
