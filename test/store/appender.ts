// A process that moves tags of the store whose URL it is given, over and over, and prints each image that it was told is written:
// `NAME IMAGE`, a line each. With `hold` it only opens the store, and says so. It goes on until it is killed.
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open-store.ts';
import { move, tagOf } from './given.ts';
import { createRandom } from './random.ts';

const [url = '', seed = '1', isHolding] = process.argv.slice(2);

const store = await openStore({ url });
writeSync(1, 'open\n');
if (isHolding === 'hold') setInterval(() => undefined, 60_000);
else await Promise.all(Array.from({ length: 8 }, (_, writer) => append(writer)));

async function append(writer: number): Promise<never> {
  const random = createRandom(Number(seed) * 100 + writer);
  for (let count = 0; ; count += 1) {
    const name = `t${String(Math.floor(random() * 20))}`;
    const image = `${seed}/${String(writer)}/${String(count)}`;
    await move(store, tagOf(name), image);
    // Written at once: what comes out was answered before the end.
    writeSync(1, `${name} ${image}\n`);
  }
}
