import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../child.ts';
import { openMany, openPlainSocket } from '../plain-socket.ts';
import { calmTags, repository, type CalmMove, type HotClientsAnswer, type HotClientsQuestion } from './hot-moves.ts';

/**
 * Clients of a tag that moves without a pause, and one of each of the others. Arguments: the port, how many clients of the
 * one, the registry that has it, and all registries.
 */
const [port = '0', count = '0', hotRegistry = '', ...registries] = process.argv.slice(2);

/** Of each client of the hot tag, what it was told last. */
const last: { revision: number; digest: string; at: number }[] = [];
let [received, reversed] = [0, 0];
let calm: CalmMove[] = [];

/** What is read of a message: everything else of it is as it was asked for. */
const event = /"digest":"([^"]+)","revision":(\d+)/;
const read = (message: Buffer): { readonly digest: string; readonly revision: number } | undefined => {
  const [, digest, revision] = event.exec(message.toString('latin1')) ?? [];
  return digest === undefined ? undefined : { digest, revision: Number(revision) };
};
const queryOf = (registry: string, tag: string): string =>
  `subscription { tagEvents(filter: { registry: "${registry}", repository: "${repository}", tag: "${tag}" }) { digest revision } }`;

await openMany(Number(count), (index) => {
  last[index] = { revision: 0, digest: '', at: 0 };
  return openPlainSocket({
    port: Number(port),
    queries: [queryOf(hotRegistry, 'hot')],
    take: (message) => {
      const told = read(message);
      if (told === undefined) return;
      received += 1;
      if (told.revision <= (last[index]?.revision ?? 0)) reversed += 1;
      last[index] = { ...told, at: Date.now() };
    },
  });
});
for (const registry of registries) {
  for (const tag of calmTags) {
    await openPlainSocket({
      port: Number(port),
      queries: [queryOf(registry, tag)],
      take: (message) => {
        const told = read(message);
        if (told !== undefined) calm.push({ tag: `${registry}/${tag}`, digest: told.digest, at: Date.now() });
      },
    });
  }
}

answerParent(0, async (asked): Promise<HotClientsAnswer & Record<string, unknown>> => {
  const question = asked as HotClientsQuestion;
  if (question.kind === 'calm') {
    const told = calm;
    calm = [];
    return { behind: 0, knownAt: 0, received, reversed, calm: told };
  }
  const behind = (): number => last.filter(({ digest }) => digest !== question.digest).length;
  const until = performance.now() + question.withinMs;
  while (behind() > 0 && performance.now() < until) await sleep(10);
  const knownAt = Math.max(0, ...last.map(({ at }) => at));
  return { behind: behind(), knownAt, received, reversed, calm: [] };
});
