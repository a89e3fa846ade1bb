import type { Config } from './config.ts';
import type { Hint } from './domain/hint.ts';
import type { RegistryName } from './domain/reference.ts';
import type { RepositoryTagKey } from './domain/tag-event.ts';
import { createCouldMatch, type CouldMatch } from './events/watched.ts';
import { createWatching, type Watching } from './events/watching.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Door } from './server/http.ts';
import { createWebhookDoor, type WebhookOutcome } from './server/webhooks.ts';
import type { Store } from './store/store.ts';

export interface OpenWatching extends Watching {
  /** Takes webhooks in. */
  readonly webhooks: Door;
  readonly couldMatch: CouldMatch;
}

export interface OpenWatchingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what a registry hinted at, when it has settled: there may be another configuration by then. */
  readonly takeHints: (registry: RegistryName, hints: readonly Hint[]) => void;
  /** A tag of a repository moved, or may have: whatever is imported from it wants to know. */
  readonly hinted: (tag: RepositoryTagKey, cause: 'WEBHOOK' | 'POLL') => void;
  /** Told what became of each webhook. */
  readonly onWebhook: (outcome: WebhookOutcome) => void;
}

/**
 * How long a webhook is let lie, in milliseconds: Docker's registry (distribution 2.8) tells of a push when it has stored the
 * manifest, a moment before the tag points at it, and whoever looks at once sees what was there before.
 */
const settling = 500;

/** Makes what looks for changes of tags as the configuration says: by polls, and wherever webhooks hint at. */
export function openWatching(
  { registries, streams }: Pick<Config, 'registries' | 'streams'>,
  { store, clock, log, takeHints, hinted, onWebhook }: OpenWatchingOptions,
): OpenWatching {
  const watching = createWatching({
    watched: registries.flatMap(({ name, watch }) => (watch === undefined ? [] : [{ registry: name, ...watch }])),
    store,
    clock,
    log,
    onMoved: (tag, cause) => {
      hinted(tag, cause === 'WEBHOOK' ? 'WEBHOOK' : 'POLL');
    },
  });
  const webhooks = createWebhookDoor({
    registries: registries.flatMap(({ webhook, ...registry }) =>
      webhook === undefined ? [] : [{ ...registry, webhook }],
    ),
    clock,
    onHints: (name, hints) => {
      clock.setTimeout(() => {
        takeHints(name, hints);
      }, settling);
    },
    onOutcome: (outcome) => {
      onWebhook(outcome);
      const { kind, ...rest } = outcome;
      // What is well or of no interest comes often; the rest is for whoever set the sender up.
      if (kind !== 'hints' && kind !== 'ignored') log.warn({ outcome: kind, ...rest }, 'a webhook was turned away');
    },
  });
  const couldMatch = createCouldMatch({
    registries: registries.map(({ name, watch }) => ({ name, repositories: watch?.repositories ?? [] })),
    sources: streams.map((stream) => ({
      name: stream.name,
      namespaces: stream.kind === 'openshift' ? stream.namespaces : undefined,
    })),
  });
  return { ...watching, webhooks, couldMatch };
}
