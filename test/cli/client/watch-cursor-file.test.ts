import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './stand.ts';
import { appendDigest, prepareWatchStand, shown } from './watch-stand.ts';

const stand = prepareWatchStand();
const { appendMany, file, start, subscribed } = stand;

describe('the cursor file of tributary watch', () => {
  const cursorFile = (): string => join(stand.folder, 'cursor');
  const kept = (): unknown => JSON.parse(readFileSync(cursorFile(), 'utf8'));

  it('is written before anything happens, so that nothing is lost between two runs', async () => {
    appendMany(1, 1);
    const first = start(['shop/api:*'], { cursorFile: cursorFile() });
    await subscribed();
    expect(kept()).toEqual({ '*/shop/api:*': 'after-1' });
    expect(await first.stop()).toBe(0);
    appendMany(2, 4);
    const second = start(['shop/api:*'], { cursorFile: cursorFile(), count: 2 });
    expect(await second.ended).toBe(0);
    expect(shown(second)).toEqual(['d2', 'd3']);
    expect(kept()).toEqual({ '*/shop/api:*': 'after-3' });
    const third = start(['shop/api:*'], { cursorFile: cursorFile(), count: 1, after: 'after-0' });
    expect(await third.ended).toBe(0);
    expect(shown(third)).toEqual(['d4']);
  });

  it('keeps the place of each pattern by itself', async () => {
    const first = start(['shop/api:*', 'team/web:*'], { cursorFile: cursorFile(), count: 1 });
    await subscribed(2);
    stand.gateway.append();
    expect(await first.ended).toBe(0);
    expect(kept()).toEqual({ '*/shop/api:*': 'after-1', '*/team/web:*': 'after-0' });
  });

  it('moves on in silence, with bookmarks', async () => {
    start(['shop/api:*'], { cursorFile: cursorFile() });
    await subscribed();
    stand.gateway.bookmark();
    await until(() => JSON.stringify(kept()).includes('after-1'), 'the bookmark');
  });

  it('does not move on before the command went well: the event comes again at the next start', async () => {
    const first = start(['shop/api:*'], {
      cursorFile: cursorFile(),
      exec: '[ "$TRIBUTARY_DIGEST" = d1 ]',
      execRetry: 1,
    });
    await subscribed();
    appendMany(1, 3);
    expect(await first.ended).toBe(1);
    expect(first.written.stderr).toContain('begun again, watching goes on with this event');
    expect(kept()).toEqual({ '*/shop/api:*': 'after-1' });
    const second = start(['shop/api:*'], { cursorFile: cursorFile(), exec: appendDigest, count: 2 });
    expect(await second.ended).toBe(0);
    expect(file('done')).toEqual(['d2', 'd3']);
  });

  it('waits for the running command when it is told to end, and keeps where it is then', async () => {
    const exec = `touch "$FOLDER/begun"; while [ ! -e "$FOLDER/go" ]; do sleep 0.01; done; ${appendDigest}`;
    const watching = start(['shop/api:*'], { cursorFile: cursorFile(), exec });
    await subscribed();
    appendMany(1, 3);
    await until(() => existsSync(join(stand.folder, 'begun')), 'the command');
    const stopped = watching.stop();
    writeFileSync(join(stand.folder, 'go'), '');
    expect(await stopped).toBe(0);
    expect(file('done')).toEqual(['d1']);
    expect(kept()).toEqual({ '*/shop/api:*': 'after-1' });
  });

  it('is refused where it is another file, or cannot be written', async () => {
    writeFileSync(cursorFile(), 'notes of mine');
    const other = start(['shop/api:*'], { cursorFile: cursorFile() });
    expect(await other.ended).toBe(2);
    expect(other.written.stderr).toContain('is no cursor file');
    expect(readFileSync(cursorFile(), 'utf8')).toBe('notes of mine');
    const nowhere = start(['shop/api:*'], { cursorFile: join(stand.folder, 'no/such/folder') });
    expect(await nowhere.ended).toBe(3);
    expect(nowhere.written.stderr).toContain('the cursor file cannot be written');
  });
});
