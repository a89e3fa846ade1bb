import { GatewayError } from '../domain/errors.ts';
import type { RegistryState } from '../domain/registry.ts';
import { systemClock } from '../lib/clock.ts';
import { hostAndPort } from './address.ts';
import { createOutageStatus } from './answer.ts';
import { createAcquaintance } from './acquaintance.ts';
import { createAuthenticate } from './authenticate.ts';
import { createBreaker } from './breaker.ts';
import { createConcurrency } from './concurrency.ts';
import { createConnections } from './connect.ts';
import { noCredential, type CredentialSource } from './credentials/credential.ts';
import { createDeadline } from './deadline.ts';
import { createHealth } from './health.ts';
import { createHttp } from './http.ts';
import type { RegistryTransportOptions } from './options.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRedirect } from './redirect.ts';
import { createRetry } from './retry.ts';
import { createTokens } from './token.ts';
import type { Transport, UpstreamRequest } from './transport.ts';

export type { RegistryTransportOptions } from './options.ts';

/** A way to one registry, with one credential or none. */
export interface RegistryConnection {
  /**
   * Sends a request for the registry's origin. Resolves with answers below 500 other than 401, 403, 408 and 429; all else
   * rejects with a GatewayError of a code UPSTREAM_*, or with the signal's reason where the caller has gone.
   */
  readonly transport: Transport;
  /** How the registry has been answering: whoever asked, but for the last failure and the rate limit, which are this way's own. */
  state(): RegistryState;
}

/** The whole way to one registry. */
export interface RegistryTransport extends RegistryConnection {
  /** Whether the registry is left alone for a while, for having failed too often. */
  readonly isCircuitOpen: () => boolean;
  /** Lets go of its connections once what is under way has ended. */
  readonly close: () => Promise<void>;
}

/** A registry that is reached with several credentials, by one way. */
export interface SharedWay extends Pick<RegistryTransport, 'isCircuitOpen' | 'close'> {
  /**
   * The way of one credential. Its own are what the registry says to it: the challenge that it met, its tokens, the limit that
   * it is counted by. Shared are connections, the queue, the breaker, the allowance of retries and what is known of health.
   */
  as(credentials: CredentialSource): RegistryConnection;
}

/** Makes the way to one registry, whatever protocol is spoken over it, with the credential of the options. */
export function createRegistryTransport(options: RegistryTransportOptions): RegistryTransport {
  const way = createSharedWay(options);
  const { isCircuitOpen, close } = way;
  return { ...way.as(options.credentials ?? noCredential), isCircuitOpen, close };
}

/**
 * Makes the way to one registry for several credentials. A request goes down through
 *
 * 1. `own origin`: a URL of another origin is refused, whoever made it up;
 * 2. `concurrency`: waits for a slot; all below runs within it, and only then does time count;
 * 3. `health`: sees how the call ended;
 * 4. `rate limit`: nothing goes further while the registry wants to be left alone;
 * 5. `deadline`: the time for all below together;
 * 6. `retry`: above the breaker, so that an open breaker also ends repetition and a probe is one request;
 * 7. `breaker`: counts outages, of which
 * 8. `outage status` makes some out of answers;
 * 9. `acquaintance`: lets the first request go ahead alone, to learn how the registry wants to be asked;
 * 10. `authenticate`: adds credentials, for the registry's own origin only, and fetches tokens past all of the above;
 * 11. `redirect`: leaves credentials behind when it leaves the origin, and the registry's private addresses too;
 * 12. `http`: one exchange, bounded, on a connection whose address has been checked.
 */
export function createSharedWay(options: Omit<RegistryTransportOptions, 'credentials'>): SharedWay {
  const { registry, origin, log, onExchange, ca, proxy, lookup } = options;
  const { insecure = false, tokenRealms = [], timeoutMs = 5_000, concurrency = 32, clock = systemClock } = options;
  checkOrigin(options, insecure);

  const ownPair = hostAndPort(origin);
  const redirectHosts = new Set(options.redirectHosts?.map((pair) => pair.toLowerCase()));
  const ownPrivate = new Set(tokenRealms.map((realm) => hostAndPort(new URL(realm))));
  if (options.allowPrivateNetwork === true) ownPrivate.add(ownPair);

  // undici lets a connection rest for a turn of the event loop after each answer. With some to spare the next request need
  // not wait for that, and a burst of answers is not worked off to its end before anything is asked again.
  const connections = concurrency + Math.floor(concurrency / 4);
  const common = { registry, connections, timeoutMs, ca, proxy, lookup };
  const ownConnections = createConnections({
    ...common,
    mayBePrivate: ownPrivate,
    allowedBy: (pair) => (pair === ownPair ? '`allowPrivateNetwork: true`' : `its origin in \`tokenRealms\``),
  });
  const foreignConnections = createConnections({
    ...common,
    mayBePrivate: redirectHosts,
    allowedBy: (pair) => `"${pair}" in \`redirectHosts\``,
  });
  // Token servers and storage are not told, whoever they belong to.
  const carriesTrace = (url: URL): boolean => options.propagateTrace === true && url.origin === origin.origin;
  const traces = { trace: options.trace, carriesTrace };
  const wire = { registry, insecure, userAgent: options.userAgent ?? 'tributary', clock, log, onExchange, ...traces };
  const own = createHttp({ ...wire, connections: ownConnections });
  const foreign = createHttp({ ...wire, connections: foreignConnections });

  const tokens = createTokens({ registry, origin, tokenRealms, insecure, transport: own, clock, timeoutMs });
  const redirect = createRedirect({ registry, own, foreign, insecure, redirectHosts });
  let isCircuitOpen = false;
  const onChange = (isOpen: boolean): void => {
    isCircuitOpen = isOpen;
  };
  const breaker = createBreaker({ registry, clock, log, onChange });
  const onRetry = (): void => options.onRetry?.(registry);
  const retry = createRetry({ clock, random: options.random ?? Math.random, onRetry });
  const health = createHealth({ clock });
  const queued = createConcurrency(({ below, request }: Queued) => below(request), {
    registry,
    limit: concurrency,
    queue: options.queue ?? 100,
  });

  return {
    as(credentials) {
      const authenticate = createAuthenticate(redirect, { registry, credentials, tokens, clock });
      const acquaintance = createAcquaintance(authenticate, { clock });
      const guarded = retry(breaker(createOutageStatus(acquaintance, { registry, clock })));
      const deadline = createDeadline(guarded, { registry, clock, timeoutMs });
      const limited = createRateLimit(deadline, { registry, clock, reserve: options.reserve, log });
      const observed = health(limited.transport);
      const send: Transport = (request) => queued({ ask: request.ask, below: observed.transport, request });
      return {
        transport: onlyTo(origin, send, options),
        state: () => ({ ...observed.health(), rateLimit: limited.rateLimit() }),
      };
    },
    isCircuitOpen: () => isCircuitOpen,
    close: async () => {
      tokens.close();
      await Promise.all([ownConnections.dispatcher.close(), foreignConnections.dispatcher.close()]);
    },
  };
}

/** A request in the queue that all ways to a registry share, with what is to carry it on. */
interface Queued extends Pick<UpstreamRequest, 'ask'> {
  readonly below: Transport;
  readonly request: UpstreamRequest;
}

function checkOrigin(
  { registry, origin }: Pick<RegistryTransportOptions, 'registry' | 'origin'>,
  insecure: boolean,
): void {
  if (origin.protocol === 'https:' || (origin.protocol === 'http:' && insecure)) return;
  throw new GatewayError(
    'CONFIG_INVALID',
    `${registry}: ${origin.origin} is not https; \`insecure: true\` allows plain http`,
    {},
  );
}

/** Links and the like come from the registry: none of them may lead a credential, or us, elsewhere. */
function onlyTo(origin: URL, inner: Transport, { registry }: Pick<RegistryTransportOptions, 'registry'>): Transport {
  return async function send(request) {
    if (request.url.origin === origin.origin) return inner(request);
    const message = `${registry}: ${request.url.origin} is not its origin, and is not asked`;
    throw new GatewayError('UPSTREAM_REDIRECT_REFUSED', message, { registry });
  };
}
