import { isGatewayError } from '../../domain/errors.ts';
import { field, isObject, readJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ClusterRequest, ClusterTransport } from '../../transport/cluster/transport.ts';
import { createConcurrency } from '../../transport/concurrency.ts';
import { withDeadline } from '../../transport/deadline.ts';
import type { Attributes } from './rights.ts';
import type { Subject } from './subject.ts';

/** What a cluster says to one question; `why` is for operators, one of few, and holds nothing that the cluster said. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly why?: string }
  /** It could not be asked, or gave no answer that means anything. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Asks a cluster. Rejects by faults of ours alone. */
export type Review = (subject: Subject, attributes: Attributes) => Promise<Verdict>;

export interface ReviewOptions {
  /** The configured name of the source. */
  readonly source: string;
  /** The way to the cluster; our own identity there has to be allowed to create SubjectAccessReviews (`system:auth-delegator`). */
  readonly transport: Pick<ClusterTransport, 'send'>;
  readonly clock: Clock;
}

const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const maxBytes = 256 * 1024;
/** For one review, and with the time that it waits for its turn, in milliseconds. */
const timeout = { review: 5_000, whole: 10_000 };
/** Reviews at a time, so that they leave room on the way to the cluster for what else goes there. */
const atATime = 8;
/** Reviews that may wait; of more, nothing is known until later. */
const mostWaiting = 5_000;

/**
 * Has a cluster say who may do what, by SubjectAccessReview (authorization.k8s.io/v1). Only a clean answer allows: allowed, not
 * denied, and without an error.
 */
export function createReview({ source, transport, clock }: ReviewOptions): Review {
  let waiting = 0;
  const send = createConcurrency((request: ClusterRequest) => transport.send(request), {
    source,
    limit: atATime,
    queue: mostWaiting,
  });

  async function ask({ user, groups, extra }: Subject, resourceAttributes: Attributes): Promise<Verdict> {
    const spec = { user, groups, extra, resourceAttributes };
    const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec });
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const run = (signal: AbortSignal) =>
      send({ method: 'POST', path, headers, body, maxBytes, timeoutMs: timeout.review, ask: { signal } });
    const { signal } = new AbortController();
    const answer = await withDeadline(run, { source, clock, timeoutMs: timeout.whole, host: 'its cluster', signal });
    if (answer.status >= 300) return { kind: 'unknown', why: `it answers with status ${answer.status}` };
    const status = readStatus(answer.body);
    return status === undefined ? { kind: 'unknown', why: 'it answers with something else' } : verdictOf(status);
  }

  return async (subject, attributes) => {
    if (waiting >= mostWaiting) return { kind: 'unknown', why: 'too many questions wait for it' };
    waiting += 1;
    try {
      return await ask(subject, attributes);
    } catch (error) {
      if (isGatewayError(error)) return { kind: 'unknown', why: error.code };
      throw error;
    } finally {
      waiting -= 1;
    }
  };
}

/** The status of a SubjectAccessReview that says whether; `undefined` where the answer is something else. */
function readStatus(body: Uint8Array): JsonObject | undefined {
  try {
    const status = field(readJsonObject(body, 'a SubjectAccessReview'), 'status');
    return isObject(status) && typeof field(status, 'allowed') === 'boolean' ? status : undefined;
  } catch {
    return undefined;
  }
}

/** Authorizers that come to no decision may say so as an error beside it: then what they would have said is missing. */
function verdictOf(status: JsonObject): Verdict {
  const denied = field(status, 'denied') ?? false;
  const error = field(status, 'evaluationError') ?? '';
  if (error !== '') return { kind: 'denied', why: 'it could not evaluate all of its rules' };
  if (field(status, 'allowed') !== true) return { kind: 'denied' };
  return denied === false ? { kind: 'allowed' } : { kind: 'denied', why: 'it both allows and denies' };
}
