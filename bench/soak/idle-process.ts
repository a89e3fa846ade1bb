import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../child.ts';
import { beginLoopLag, endLoopLag } from './loop-lag.ts';

/** A server that does nothing but answer: what it is late is the machine's doing. Asked `begin` or `end`, it measures its event loop. */
const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
await once(server, 'listening');
answerParent((server.address() as AddressInfo).port, (question) => {
  if (question === 'end') return Promise.resolve({ ...endLoopLag() });
  beginLoopLag();
  return Promise.resolve({ p99: 0, longest: 0 });
});
