import type { WebSocket } from 'ws';
import type { Clock } from '../lib/clock.ts';

/** Pings a client now and then, and ends the connection of one that has not answered by the next time. Returns what stops it. */
export function keepAlive(webSocket: WebSocket, intervalMs: number, clock: Clock): () => void {
  let isAlive = true;
  let cancel = clock.setTimeout(look, intervalMs);

  function look(): void {
    if (!isAlive) {
      webSocket.terminate();
      return;
    }
    isAlive = false;
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    cancel = clock.setTimeout(look, intervalMs);
  }

  webSocket.on('pong', () => {
    isAlive = true;
  });
  return () => {
    cancel();
  };
}
