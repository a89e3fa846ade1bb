import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/store/open-store.ts';
import { appendOf } from './fan-out-event.ts';
import { median, range, type Row } from './row.ts';

const callers = 64;
const append = appendOf(0);

/** Appends events to the default store by callers that each wait for their own, against one caller alone; in turns. */
export async function measureAppend({
  rounds,
  events,
}: {
  readonly rounds: number;
  readonly events: number;
}): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-append-'));
  const store = await openStore({ url: `file:${folder}` });

  async function appendBy(count: number): Promise<number> {
    let left = events;
    const caller = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await store.change(append);
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: count }, caller));
    return (events * 1000) / (performance.now() - startedAt);
  }

  try {
    const alone: number[] = [];
    const together: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await appendBy(1));
      together.push(await appendBy(callers));
    }
    const ratios = alone.map((perSecond, round) => perSecond / (together[round] ?? Number.NaN));
    return {
      name: `append: ${callers} callers`,
      value: `${median(together).toFixed(0)}/s against ${median(alone).toFixed(0)}/s one at a time (${rounds} rounds: ${range(ratios, 2)})`,
      ratio: median(ratios),
      target: 1 / 3,
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
