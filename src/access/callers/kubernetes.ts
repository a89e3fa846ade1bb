import type { Viewer } from '../access.ts';
import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import { field, isObject, type JsonObject } from '../../domain/json.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ClusterTransport } from '../../transport/cluster/transport.ts';
import { createClusterReviews } from '../cluster-reviews.ts';
import { isName, readGroups, refused, viewerOf, type CallerKind, type Finding } from './caller-kind.ts';
import { createRemembered } from './remembered.ts';
import type { ShownToken } from './shown-token.ts';

/** Which cluster is asked who its users and service accounts are. */
export interface KubernetesOptions {
  /** The configured name of the callers. */
  readonly name: string;
  /** The way to the cluster; our own identity there has to be allowed to create TokenReviews (`system:auth-delegator`). */
  readonly transport: Pick<ClusterTransport, 'send'>;
  /** What a token has to be for. */
  readonly audience: string;
  /**
   * The cluster's own issuer of JWTs, where it is known: then JWTs of others are not shown to it, and its own to nobody else.
   */
  readonly issuer?: string | undefined;
  readonly clock: Clock;
}

/** Tokens under review; who comes with one more has to come again. */
const mostUnderReview = 1_000;
/** How long a word of the cluster is taken, in milliseconds. */
const rememberMs = { viewer: 60_000, refused: 10_000 };

/**
 * Callers that a cluster knows, by TokenReview (authentication.k8s.io/v1). Only a clean answer counts: authenticated, without
 * an error, and for our audience; a cluster that names no audiences has not looked at them. Of many who show one token, one
 * asks. An outage is never remembered.
 */
export function createKubernetesCallers(options: KubernetesOptions): CallerKind {
  const { name, transport, issuer, clock } = options;
  const remembered = createRemembered(clock);
  const underReview = new Map<string, Promise<Finding>>();
  const send = createClusterReviews({ source: name, transport, clock, queue: mostUnderReview });

  async function ask(token: ShownToken): Promise<JsonObject> {
    const answer = await send('TokenReview', { token: token.text.reveal(), audiences: [options.audience] });
    if (answer.kind === 'status') return answer.status;
    // Its words may repeat the token: the status is all that is told.
    if (answer.kind === 'failed') throw unavailable(`answered a TokenReview with status ${answer.httpStatus}`);
    throw unavailable('answered a TokenReview with something else');
  }

  function unavailable(what: string, cause?: unknown): GatewayError {
    return new GatewayError('AUTH_UNAVAILABLE', `${name}: its cluster ${what}`, {}, cause);
  }

  async function review(token: ShownToken): Promise<Finding> {
    let status: JsonObject;
    try {
      status = await ask(token);
    } catch (error) {
      throw isGatewayError(error, 'AUTH_UNAVAILABLE') ? error : unavailable('cannot be asked', error);
    }
    const finding = findingOf(status, token, options);
    const until = clock.now() + rememberMs[finding.kind];
    const end = finding.kind === 'viewer' ? finding.viewer.expiresAt : undefined;
    remembered.put(token, finding, Math.min(until, end ?? until));
    return finding;
  }

  return {
    name,
    concerns: ({ claims }) => {
      if (issuer === undefined || claims === undefined) return 'maybe-mine';
      return claims.issuer === issuer ? 'only-mine' : 'not-mine';
    },
    async identify(token) {
      const known = remembered.get(token);
      if (known !== undefined) return known;
      const key = token.hash.toString('base64');
      const begun = underReview.get(key);
      if (begun !== undefined) return begun;
      if (underReview.size >= mostUnderReview) throw unavailable('has too many tokens to review');
      const reviewing = review(token).finally(() => underReview.delete(key));
      underReview.set(key, reviewing);
      return reviewing;
    },
  };
}

/** What the status of a TokenReview says. */
function findingOf(status: JsonObject, token: ShownToken, { name, audience }: KubernetesOptions): Finding {
  if (field(status, 'authenticated') !== true) return refused('the cluster does not know the token');
  const error = field(status, 'error');
  if (error !== undefined && error !== '') return refused('the cluster could not check the token');
  const audiences = field(status, 'audiences');
  if (!Array.isArray(audiences) || !audiences.includes(audience)) return refused('the token is not for our audience');
  const user = field(status, 'user');
  const userName = isObject(user) ? field(user, 'username') : undefined;
  const groups = isObject(user) ? readGroups(field(user, 'groups')) : undefined;
  if (!isName(userName) || groups === undefined) return refused('the cluster names no user, or groups that are none');
  const extra = readExtra(field(user as JsonObject, 'extra'));
  if (extra === 'unreadable') return refused('the cluster says more of the user than can be understood');
  // The cluster verified it, so what a JWT says of its end is true.
  return viewerOf('kubernetes', name, { name: userName, groups, expiresAt: token.claims?.expiresAt, extra });
}

/** Lists of texts by name; without those that are limits, a token would be taken for more than it is. */
function readExtra(value: unknown): Viewer['extra'] | 'unreadable' {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return 'unreadable';
  const lists = Object.entries(value).map(([name, texts]) => [name, readTexts(texts)] as const);
  const extra = lists.flatMap(([name, texts]) => (texts === undefined ? [] : [[name, texts] as const]));
  return extra.length === lists.length ? Object.fromEntries(extra) : 'unreadable';
}

function readTexts(value: unknown): readonly string[] | undefined {
  const isText = (text: unknown): text is string => typeof text === 'string';
  return Array.isArray(value) && value.every(isText) ? value : undefined;
}
