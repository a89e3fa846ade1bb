import { createRegistryTransport, type RegistryTransportOptions } from '../../../src/transport/registry-transport.ts';
import type { Exchange } from '../../../src/transport/options.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../../src/transport/transport.ts';
import { registry, requestFor } from './exchange.ts';
import type { TestServer } from './server.ts';

export interface Stack {
  send(path: string, extra?: Partial<UpstreamRequest>): Promise<UpstreamResponse>;
  readonly state: ReturnType<typeof createRegistryTransport>['state'];
  readonly exchanges: Exchange[];
}

/** What has to be taken down after a test. */
export interface Closing {
  readonly closers: (() => Promise<void>)[];
}

/** The whole transport to a server on loopback. */
export function stackTo(
  closing: Closing,
  server: Pick<TestServer, 'origin'>,
  options: Partial<RegistryTransportOptions> = {},
): Stack {
  const exchanges: Exchange[] = [];
  const { transport, state, close } = createRegistryTransport({
    registry,
    origin: server.origin,
    insecure: server.origin.protocol === 'http:',
    allowPrivateNetwork: true,
    onExchange: (exchange) => exchanges.push(exchange),
    ...options,
  });
  closing.closers.unshift(close);
  return { send: (path, extra) => transport(requestFor(new URL(path, server.origin), extra)), state, exchanges };
}
