import type { TagEvent } from '../domain/tag-event.ts';

/** A place in the log that holds for one run of its numbers: what a cursor seals. */
export interface EventPosition {
  /** Which run of sequence numbers is meant. */
  readonly epoch: string;
  /** Everything up to here has been seen. */
  readonly sequence: number;
}

/**
 * Why a subscriber has to read again:
 * - `CURSOR_EXPIRED`: events after its cursor are not kept any more
 * - `EPOCH_CHANGED`: its cursor is of another run of the log, as after a restore
 * - `SLOW_CONSUMER`: it took too little for too long
 * - `UPSTREAM_GAP`: a cluster could not tell all that happened in a part of it; its cursor goes on as if nothing were
 */
export type ResyncReason = 'CURSOR_EXPIRED' | 'EPOCH_CHANGED' | 'SLOW_CONSUMER' | 'UPSTREAM_GAP';

/** Told of what is delivered, for metrics. */
export interface DeliveryMeter {
  /** An event was sent to those who ask the same, so many milliseconds after it was committed. */
  readonly delivered: (lagMs: number) => void;
  /** So many subscriptions were told to read again. */
  readonly resynced: (reason: ResyncReason, subscriptions: number) => void;
}

/** A part of a source in which changes may have gone unseen: a namespace, or all of it. */
export interface Gap {
  readonly source: string;
  readonly namespace: string | undefined;
}

/** What a subscription delivers, and up to where that brings its reader. */
export type Delivery =
  | { readonly kind: 'event'; readonly event: TagEvent; readonly sequence: number }
  | {
      readonly kind: 'resync';
      readonly reason: ResyncReason;
      /** What is to be read again, in words. */
      readonly scope: string;
      readonly sequence: number;
      /** What it is about, where that is not the subscription itself. */
      readonly gap?: Gap;
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  | { readonly kind: 'bookmark'; readonly sequence: number; readonly at: number };

/** Tells of a gap. */
export function gapDelivery({ source, namespace }: Gap, sequence: number, at: number): Delivery {
  const scope = `${source}/${namespace ?? '*'}/*:*`;
  return { kind: 'resync', reason: 'UPSTREAM_GAP', scope, gap: { source, namespace }, sequence, at };
}

/** A value, or the promise of one where it takes time. Most payloads need nothing from elsewhere, and then nobody waits. */
export type Soon<Value> = Value | Promise<Value>;
