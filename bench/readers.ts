import { startChild, type Child } from './child.ts';

/** Events to be appended: so many together every so many milliseconds, to tags that take turns. */
export interface EventStream {
  readonly events: number;
  readonly together: number;
  readonly everyMs: number;
  readonly tags: number;
}

/** What is asked of readers. */
export type ReadersQuestion =
  /** Waits until so many events came in all, or the time is over, in milliseconds; tells of those since it was last asked. */
  | { readonly kind: 'report'; readonly events: number; readonly withinMs: number }
  /** Reads nothing any more. */
  | { readonly kind: 'pause' };

/** What readers saw. */
export interface ReadersReport {
  readonly received: number;
  /** Events that never came, though a later one of their tag did, or the time was over. */
  readonly lost: number;
  readonly outOfOrder: number;
  /** From before the append until the client has read it, in milliseconds. */
  readonly median: number;
  readonly p99: number;
}

export interface Readers {
  /** Sockets; subscriptions on each of them; and tags that those take turns at. */
  readonly sockets: number;
  readonly each: number;
  readonly tags: number;
}

/** Starts readers of a gateway in a process of their own. */
export function startReaders(port: number, { sockets, each, tags }: Readers): Promise<Child<ReadersReport>> {
  return startChild('readers-process', [port, sockets, each, tags].map(String), (answer) => answer as ReadersReport);
}

/** Starts the gateway that events can be appended to. */
export function startEventsGateway(): Promise<Child<true>> {
  return startChild('fan-out-gateway', [], () => true as const);
}
