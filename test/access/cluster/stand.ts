import { createDecisions, type Decisions } from '../../../src/access/cluster/decisions.ts';
import { createReview } from '../../../src/access/cluster/review.ts';
import type { Attributes } from '../../../src/access/cluster/rights.ts';
import type { Subject } from '../../../src/access/cluster/subject.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { ClusterAnswer, ClusterRequest } from '../../../src/transport/cluster/transport.ts';
import { createManualClock, type ManualClock } from '../../transport/support/clock.ts';

/** What a cluster was asked. */
export interface Asked {
  readonly user: string;
  readonly groups: readonly string[];
  readonly resourceAttributes: Attributes;
}

/** The decisions of a cluster whose answers a test gives. */
export interface DecisionStand {
  readonly decisions: Decisions;
  readonly clock: ManualClock;
  /** The lines of the log. */
  readonly lines: readonly string[];
  readonly requests: readonly ClusterRequest[];
  readonly asked: readonly Asked[];
}

export type Reply = (asked: Asked) => ClusterAnswer | Promise<ClusterAnswer>;

export function standOf(reply: Reply): DecisionStand {
  const clock = createManualClock();
  const lines: string[] = [];
  const requests: ClusterRequest[] = [];
  const asked: Asked[] = [];
  const send = async (request: ClusterRequest): Promise<ClusterAnswer> => {
    const { spec } = JSON.parse(request.body ?? '') as { readonly spec: Asked };
    requests.push(request);
    asked.push(spec);
    return reply(spec);
  };
  const source = 'prod-east';
  const review = createReview({ source, transport: { send }, clock });
  const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
  return { decisions: createDecisions({ source, review, clock, log }), clock, lines, requests, asked };
}

/** An answer with a status of the review; text is sent as it is. */
export function answer(status: unknown, code = 201): ClusterAnswer {
  const body = typeof status === 'string' ? status : JSON.stringify({ kind: 'SubjectAccessReview', spec: {}, status });
  return { status: code, headers: {}, body: Buffer.from(body) };
}

export const web: Attributes = {
  group: 'image.openshift.io',
  verb: 'get',
  resource: 'imagestreams',
  namespace: 'shop',
  name: 'web',
};

export const alice: Subject = { user: 'alice', groups: ['devs'], extra: undefined, key: 'alice-in-devs' };
