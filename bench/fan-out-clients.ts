import { answerParent } from './child.ts';
import { subscription } from './fan-out-event.ts';
import { openMany, openPlainSocket } from './plain-socket.ts';

/**
 * Many clients in one process, which only count messages. Arguments: the port, how many, and whether they speak the protocol
 * of graphql-ws. Asked a number, it answers when so many more events have come to each.
 */
const [port = '0', count = '0', protocol] = process.argv.slice(2);
let received = 0;
let awaited = Number.POSITIVE_INFINITY;
let wake: () => void = () => undefined;

await openMany(Number(count), () =>
  openPlainSocket({
    port: Number(port),
    queries: protocol === 'graphql' ? [subscription] : undefined,
    take: () => {
      received += 1;
    },
    onRead: () => {
      if (received >= awaited) wake();
    },
  }),
);
answerParent(0, async (events) => {
  awaited = Number(events) * Number(count);
  if (received < awaited) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  received -= awaited;
  awaited = Number.POSITIVE_INFINITY;
  return true;
});
