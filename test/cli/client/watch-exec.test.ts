import { describe, expect, it } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './stand.ts';
import { appendDigest, digests, prepareWatchStand, shown } from './watch-stand.ts';

const stand = prepareWatchStand();
const { appendMany, file, start, subscribed } = stand;

describe('the command that tributary watch runs', () => {
  it('runs commands one at a time and in order, with the event in environment and standard input', async () => {
    const watching = start(['shop/api:*'], {
      count: 5,
      exec: `[ ! -e "$FOLDER/busy" ] || exit 1; touch "$FOLDER/busy"; cat >> "$FOLDER/json"; echo "$TRIBUTARY_KIND $TRIBUTARY_SUBJECT $TRIBUTARY_REVISION" >> "$FOLDER/done"; rm "$FOLDER/busy"`,
    });
    await subscribed();
    appendMany(1, 5);
    expect(await watching.ended).toBe(0);
    expect(file('done')).toEqual([1, 2, 3, 4, 5].map((revision) => `MOVED local/shop/api:prod ${revision}`));
    expect(file('json').map((line) => (JSON.parse(line) as { digest: string }).digest)).toEqual(digests(1, 5));
  });

  it('takes no part of an event for a part of the command', async () => {
    const watching = start(['shop/api:*'], { exec: 'printf "%s\\n" "$TRIBUTARY_REASON" >> "$FOLDER/done"', count: 1 });
    await subscribed();
    stand.gateway.append({ reason: '$(touch "$FOLDER/evil"); `touch "$FOLDER/evil"` "; exit 9' });
    expect(await watching.ended).toBe(0);
    expect(file('done')).toEqual(['$(touch "$FOLDER/evil"); `touch "$FOLDER/evil"` "; exit 9']);
    expect(existsSync(join(stand.folder, 'evil'))).toBe(false);
  });

  it('tries a failed command again, and says so', async () => {
    const exec = `echo try >> "$FOLDER/tries"; [ "$(wc -l < "$FOLDER/tries")" -ge 3 ]`;
    const watching = start(['shop/api:*'], { exec, execRetry: 2, count: 1 });
    await subscribed();
    appendMany(1, 1);
    expect(await watching.ended).toBe(0);
    expect(file('tries')).toHaveLength(3);
    expect(watching.written.stderr.match(/ended with 1 for MOVED local\/shop\/api:prod: trying again/g)).toHaveLength(
      2,
    );
  });

  it('goes on with the next event after a command that failed, where nothing is to be kept', async () => {
    const watching = start(['shop/api:*'], { exec: `${appendDigest}; exit 4` });
    await subscribed();
    appendMany(1, 2);
    await until(() => file('done').length >= 2, 'two commands');
    expect(await watching.stop()).toBe(0);
    expect(watching.written.stderr).toContain('tributary: the command ended with 4 for MOVED local/shop/api:prod\n');
  });

  it('lets the gateway keep what a slow command cannot take yet', async () => {
    const watching = start(['shop/api:*'], {
      exec: '[ "$TRIBUTARY_DIGEST" != d1 ] || while [ ! -e "$FOLDER/go" ]; do sleep 0.01; done',
      count: 1300,
    });
    await subscribed();
    appendMany(1, 1300);
    await until(() => stand.gateway.open() === 0, 'the subscription to be given up');
    writeFileSync(join(stand.folder, 'go'), '');
    expect(await watching.ended).toBe(0);
    expect(shown(watching)).toEqual(digests(1, 1300));
    expect(stand.gateway.subscribed.length).toBeGreaterThan(1);
    expect(watching.written.stderr).toBe('');
  }, 60_000);
});
