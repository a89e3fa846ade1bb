import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../child.ts';
import { calmTags, repository, type CalmMove, type HotQuestion, type HotReport } from './hot-moves.ts';
import { seeded, startMovingRegistry } from './moving-registry.ts';

/**
 * A registry whose tags move as fast as it is asked, and which sends a webhook for each move. Arguments: where webhooks go, their secret
 * (base64), and a seed.
 */
const [url = '', secret = '', seed = ''] = process.argv.slice(2);
const registry = await startMovingRegistry({
  ...{ repository, tags: ['hot', ...calmTags], random: seeded(seed) },
  webhook: { url, secret: Buffer.from(secret, 'base64') },
});
const digestOf = (tag: string): string => registry.truth.get(tag)?.at(-1) ?? '';

answerParent(registry.port, async (asked): Promise<HotReport & Record<string, unknown>> => {
  const { seconds, hotPerSecond, calmPerSecond } = asked as HotQuestion;
  const calm: CalmMove[] = [];
  const hot = repeat(seconds, hotPerSecond, () => {
    registry.move('hot');
  });
  const calmly = repeat(seconds, calmPerSecond, (index) => {
    const tag = calmTags[index % calmTags.length] ?? '';
    const [before, at] = [digestOf(tag), Date.now()];
    registry.move(tag);
    // By chance it may stay where it is, of which nobody is told.
    if (digestOf(tag) !== before) calm.push({ tag, digest: digestOf(tag), at });
  });
  const [hotMoves] = await Promise.all([hot, calmly]);
  return { calm, hotMoves, lastDigest: digestOf('hot'), endedAt: Date.now() };
});

/** Does something as often as is due, until the time is over; answers how often. */
async function repeat(seconds: number, perSecond: number, act: (index: number) => void): Promise<number> {
  const begunAt = performance.now();
  const elapsed = (): number => (performance.now() - begunAt) / 1000;
  let done = 0;
  while (elapsed() < seconds) {
    const due = elapsed() * perSecond;
    // A few at once: who is held up does not make up for it in one go.
    for (let left = 20; done < due && left > 0; left -= 1) act((done += 1));
    await sleep(2);
  }
  return done;
}
