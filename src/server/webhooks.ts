import type { IncomingMessage } from 'node:http';
import type { Hint } from '../domain/hint.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { createInbox, type Admitted, type Inbox, type Taken, type WebhookRegistry } from '../webhooks/inbox.ts';
import { sendError, sendJson, sendNothingHere, type Door } from './http.ts';
import { readBody } from './read-body.ts';

/** What became of a delivery, for logs and metrics. */
export interface WebhookOutcome {
  readonly registry: RegistryName;
  /**
   * - `hints`, `ignored`, `refused`: as a {@link Reading} says
   * - `stranger`: the sender did not prove to know the secret
   * - `unreadable`: too large, or of another type
   * - `flooded`: more than the registry's share
   * - `unready`: the gateway cannot read the secret
   * - `no-post`: another method
   */
  readonly kind: Received['kind'];
  /** In words; may quote what an authenticated sender sent, and never holds a secret. */
  readonly why: string | undefined;
  readonly requestId: string;
}

export interface WebhookDoorOptions {
  /** Those with a webhook; any other name is answered as a path where there is nothing. */
  readonly registries: readonly WebhookRegistry[];
  readonly clock: Clock;
  /** Told after the sender has its answer. */
  readonly onHints: (registry: RegistryName, hints: readonly Hint[]) => void;
  readonly onOutcome?: (outcome: WebhookOutcome) => void;
  /** Default 256 KiB. */
  readonly bodyBytes?: number;
  /** Deliveries of one registry that lead to a look at something at once, and per second after that. Default 200 and 50. */
  readonly burst?: number;
  readonly perSecond?: number;
}

/** The prefix of the door's paths: `/webhooks/<registry name>[/<secret>]`. */
export const webhooksPath = '/webhooks/';

/** What senders call their JSON; Docker's registry has two versions of its envelope. */
const types = [
  'application/json',
  'application/cloudevents+json',
  'application/vnd.docker.distribution.events.v1+json',
  'application/vnd.docker.distribution.events.v2+json',
];

/** Where registries tell of their changes. It answers at once, and asks no registry anything. */
export function createWebhookDoor(options: WebhookDoorOptions): Door {
  const { clock, onHints, onOutcome, bodyBytes = 256 * 1024, burst = 200, perSecond = 50 } = options;
  const inboxes = new Map(
    options.registries.map((registry) => [
      registry.name.toLowerCase(),
      createInbox(registry, { clock, burst, perSecond }),
    ]),
  );

  return async (request, response, requestId) => {
    const { name, secret } = readTarget(request.url ?? '');
    const inbox = inboxes.get(name.toLowerCase());
    if (inbox === undefined) {
      sendNothingHere(response);
      return;
    }
    const received = await receive(request, inbox, secret, bodyBytes);
    const answer = answerTo(received);
    // What is still to come of the body would hold up the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    for (const [header, value] of Object.entries(answer.headers ?? {})) response.setHeader(header, value);
    if ('code' in answer) sendError(response, answer.status, answer.code, answer.message, requestId);
    else sendJson(response, 202, answer.document);
    onOutcome?.({ registry: inbox.registry, kind: received.kind, why: answer.why, requestId });
    if (received.kind === 'hints') onHints(inbox.registry, received.hints);
  };
}

/** Of the path, the registry's name and maybe the secret; no name where the path is another. Never part of a message. */
function readTarget(url: string): { readonly name: string; readonly secret: string | undefined } {
  const [path = ''] = url.split('?', 1);
  const [name = '', secret = '', ...more] = path.slice(webhooksPath.length).split('/');
  try {
    if (more.length > 0) return { name: '', secret: undefined };
    return { name: decodeURIComponent(name), secret: secret === '' ? undefined : decodeURIComponent(secret) };
  } catch {
    return { name: '', secret: undefined };
  }
}

type Received =
  | Exclude<Admitted, { readonly kind: 'admitted' }>
  | Taken
  | { readonly kind: 'no-post' }
  | { readonly kind: 'unreadable'; readonly status: number; readonly message: string };

/** What is known without the body comes first: strangers learn nothing of what is expected of a body. */
async function receive(
  request: IncomingMessage,
  inbox: Inbox,
  pathSecret: string | undefined,
  bodyBytes: number,
): Promise<Received> {
  if (request.method !== 'POST') return { kind: 'no-post' };
  const admitted = await inbox.admit({ headers: request.headers, pathSecret });
  if (admitted.kind !== 'admitted') return admitted;
  const body = await readBody(request, bodyBytes, types);
  return body.kind === 'bytes' ? admitted.take(body.bytes) : { ...body, kind: 'unreadable' };
}

type Answer = { readonly headers?: Readonly<Record<string, string>>; readonly why?: string | undefined } & (
  { readonly document: object } | { readonly status: number; readonly code: string; readonly message: string }
);

function answerTo(received: Received): Answer {
  switch (received.kind) {
    case 'hints': {
      const { hints, ignored } = received;
      return { document: { accepted: hints.length, ignored }, why: ignored };
    }
    case 'ignored':
      return { document: { accepted: 0, ignored: received.why }, why: received.why };
    case 'refused':
      return { status: 422, code: 'BAD_USER_INPUT', message: received.why, why: received.why };
    case 'unreadable':
      return { status: received.status, code: 'BAD_USER_INPUT', message: received.message, why: received.message };
    case 'no-post':
      return { status: 405, code: 'BAD_USER_INPUT', message: 'webhooks are sent by POST', headers: { allow: 'POST' } };
    case 'stranger':
      return {
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'this does not prove to come from the registry',
        headers: { 'www-authenticate': 'Bearer' },
      };
    case 'flooded': {
      const headers = { 'retry-after': String(Math.ceil(received.retryAfterMs / 1000)) };
      const message = 'these are more webhooks than one registry may send at once; send it again later';
      return { status: 429, code: 'LIMIT_EXCEEDED', message, headers };
    }
    case 'unready': {
      const message = 'the secret of this webhook cannot be read; the log of the gateway says more';
      return { status: 503, code: 'UNAVAILABLE', message, why: received.why, headers: { 'retry-after': '30' } };
    }
  }
}
