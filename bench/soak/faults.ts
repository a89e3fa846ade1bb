import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../demo/registry-server.ts';

/** What happens to answers of a registry on a bad day, as shares of all; what is left is answered well. */
const shares = { late: 0.15, fails: 0.03, limits: 0.01, truncates: 0.03, resets: 0.03 } as const;

type Fault = keyof typeof shares;

/** Stands between a registry and the wire, and spoils some of its answers by chance. */
export function createFaults(random: () => number): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { response } = exchange;
    switch (pick(random())) {
      case 'late':
        await sleep(random() * 300);
        break;
      case 'fails':
        response.writeHead(random() < 0.5 ? 500 : 503).end('no');
        return;
      case 'limits':
        response.writeHead(429, { 'retry-after': '1' }).end();
        return;
      case 'truncates': {
        const { status, headers, body } = await exchange.answer();
        response.writeHead(status, { ...headers, 'content-length': String(body.length + 10) });
        response.write(body.subarray(0, body.length / 2), () => response.destroy());
        return;
      }
      case 'resets':
        response.destroy();
        return;
      case undefined:
    }
    exchange.send(await exchange.answer());
  };
}

function pick(chance: number): Fault | undefined {
  let left = chance;
  for (const [fault, share] of Object.entries(shares) as [Fault, number][]) {
    if (left < share) return fault;
    left -= share;
  }
  return undefined;
}
