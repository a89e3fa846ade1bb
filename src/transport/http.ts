import type { RegistryName } from '../domain/reference.ts';
import { checkAllowance } from './allowance.ts';
import { createExchange, readWhole, type ExchangeOptions } from './exchange.ts';
import type { Exchange } from './options.ts';
import type { Transport, UpstreamRequest } from './transport.ts';

export interface HttpOptions extends Pick<
  ExchangeOptions,
  'connections' | 'insecure' | 'userAgent' | 'clock' | 'log' | 'trace' | 'carriesTrace'
> {
  readonly registry: RegistryName;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/**
 * The transport at the bottom of those to registries: sends one request, follows nothing, repeats nothing, and answers with
 * the whole body, decoded. Counts itself in the cost of the operation that asks.
 */
export function createHttp({ onExchange, ...options }: HttpOptions): Transport {
  const { registry } = options;
  const exchange = createExchange({ ...options, report: (ended) => onExchange?.({ registry, ...ended }) });

  return async function send(request) {
    checkMethod(request);
    const { signal, cost } = request.ask;
    signal.throwIfAborted();
    // Tokens, which name no scope of their own, are fetched for others too, and so whatever one operation has left.
    if (request.scope !== undefined) checkAllowance(cost);
    const call = { ...request, signal, cost };
    const whole = await exchange(call, (answer) => readWhole(options, call, answer));
    return { ...whole, url: request.url };
  };
}

/** What may leave without a body. A set of strings, since a caller without types may ask for anything. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Reading is all that may leave for registries, and token forms. */
function checkMethod({ method, headers, body }: UpstreamRequest): void {
  const isForm =
    headers['content-type'] === 'application/x-www-form-urlencoded' && (body ?? '').includes('grant_type=');
  const isAllowed = method === 'POST' ? isForm : reading.has(method) && body === undefined;
  if (!isAllowed) throw new TypeError(`refused to send ${method}: only GET, HEAD and token forms leave this gateway`);
}
