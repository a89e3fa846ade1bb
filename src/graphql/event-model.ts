import type { TagEvent } from '../domain/tag-event.ts';
import type { Delivery } from '../events/delivery.ts';
import type { TagEventModel } from './models.ts';

/** An event of the log as the schema shows it. */
export function eventModel(epoch: string, event: TagEvent): TagEventModel {
  const { kind, observedAt, revision, subject, digest, previousDigest, cause, coalesced, reason, sequence } = event;
  const position = { epoch, sequence };
  const change = { digest, previousDigest, cause, coalesced, reason };
  return { position, kind, observedAt, revision, subject, ...change, scope: undefined };
}

/** What a subscription delivers, as the schema shows it. */
export function deliveryModel(epoch: string, delivery: Delivery): TagEventModel {
  if (delivery.kind === 'event') return eventModel(epoch, delivery.event);
  const isResync = delivery.kind === 'resync';
  return {
    position: { epoch, sequence: delivery.sequence },
    kind: isResync ? 'RESYNC' : 'BOOKMARK',
    observedAt: delivery.at,
    revision: undefined,
    subject: undefined,
    digest: undefined,
    previousDigest: undefined,
    cause: undefined,
    coalesced: false,
    reason: isResync ? delivery.reason : undefined,
    scope: isResync ? delivery.scope : undefined,
  };
}
