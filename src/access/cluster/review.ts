import { isGatewayError } from '../../domain/errors.ts';
import { field, type JsonObject } from '../../domain/json.ts';
import { createClusterReviews, type ClusterReviewsOptions } from '../cluster-reviews.ts';
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

export type ReviewOptions = Omit<ClusterReviewsOptions, 'queue'>;

/** Reviews that may wait; of more, nothing is known until later. */
const mostWaiting = 5_000;

/**
 * Has a cluster say who may do what, by SubjectAccessReview (authorization.k8s.io/v1). Only a clean answer allows: allowed, not
 * denied, and without an error.
 */
export function createReview({ source, transport, clock }: ReviewOptions): Review {
  let waiting = 0;
  const send = createClusterReviews({ source, transport, clock, queue: mostWaiting });

  async function ask({ user, groups, extra }: Subject, resourceAttributes: Attributes): Promise<Verdict> {
    const answer = await send('SubjectAccessReview', { user, groups, extra, resourceAttributes });
    if (answer.kind === 'failed') return { kind: 'unknown', why: `it answers with status ${answer.httpStatus}` };
    const isSaid = answer.kind === 'status' && typeof field(answer.status, 'allowed') === 'boolean';
    return isSaid ? verdictOf(answer.status) : { kind: 'unknown', why: 'it answers with something else' };
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

/** Authorizers that come to no decision may say so as an error beside it: then what they would have said is missing. */
function verdictOf(status: JsonObject): Verdict {
  const denied = field(status, 'denied') ?? false;
  const error = field(status, 'evaluationError') ?? '';
  if (error !== '') return { kind: 'denied', why: 'it could not evaluate all of its rules' };
  if (field(status, 'allowed') !== true) return { kind: 'denied' };
  return denied === false ? { kind: 'allowed' } : { kind: 'denied', why: 'it both allows and denies' };
}
