import { field, isObject, readJsonObject, type JsonObject } from '../domain/json.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClusterRequest, ClusterTransport } from '../transport/cluster/transport.ts';
import { createConcurrency } from '../transport/concurrency.ts';
import { withDeadline } from '../transport/deadline.ts';

/** A question that the API server of a cluster answers in the `status` of what it is sent. */
export type ReviewKind = 'TokenReview' | 'SubjectAccessReview';

/** What came back; of what is no status nothing is told on, since it may repeat what was asked. */
export type ReviewAnswer =
  | { readonly kind: 'status'; readonly status: JsonObject }
  /** Another status of HTTP than success. */
  | { readonly kind: 'failed'; readonly httpStatus: number }
  | { readonly kind: 'unreadable' };

/** Sends a question. Rejects with UPSTREAM_* where no answer comes. */
export type SendReview = (kind: ReviewKind, spec: object) => Promise<ReviewAnswer>;

export interface ClusterReviewsOptions {
  /** Who is asked, as messages name it. */
  readonly source: string;
  /** The way to the cluster; our own identity there has to be allowed to create such reviews (`system:auth-delegator`). */
  readonly transport: Pick<ClusterTransport, 'send'>;
  readonly clock: Clock;
  /** How many may wait; one more is refused with UPSTREAM_UNAVAILABLE. */
  readonly queue: number;
}

const groups: Readonly<Record<ReviewKind, string>> = {
  TokenReview: 'authentication.k8s.io',
  SubjectAccessReview: 'authorization.k8s.io',
};
const maxBytes = 256 * 1024;
/** For one review, and with the time that it waits for its turn, in milliseconds. */
const timeout = { review: 5_000, whole: 10_000 };
/** Reviews at a time, so that they leave room on the way to the cluster for what else goes there. */
const atATime = 8;

/** Has a cluster answer reviews (Kubernetes API, v1 of authentication.k8s.io and authorization.k8s.io). */
export function createClusterReviews({ source, transport, clock, queue }: ClusterReviewsOptions): SendReview {
  const send = createConcurrency((request: ClusterRequest) => transport.send(request), {
    ...{ source, limit: atATime, queue },
  });
  return async (kind, spec) => {
    const apiVersion = `${groups[kind]}/v1`;
    const path = `/apis/${apiVersion}/${kind.toLowerCase()}s`;
    const body = JSON.stringify({ apiVersion, kind, spec });
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const run = (signal: AbortSignal) =>
      send({ method: 'POST', path, headers, body, maxBytes, timeoutMs: timeout.review, ask: { signal } });
    const { signal } = new AbortController();
    const answer = await withDeadline(run, { source, clock, timeoutMs: timeout.whole, host: 'its cluster', signal });
    if (answer.status >= 300) return { kind: 'failed', httpStatus: answer.status };
    const status = readStatus(answer.body, kind);
    return status === undefined ? { kind: 'unreadable' } : { kind: 'status', status };
  };
}

function readStatus(body: Uint8Array, kind: ReviewKind): JsonObject | undefined {
  try {
    const status = field(readJsonObject(body, `a ${kind}`), 'status');
    return isObject(status) ? status : undefined;
  } catch {
    return undefined;
  }
}
