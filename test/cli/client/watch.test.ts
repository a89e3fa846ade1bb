import { describe, expect, it } from '@jest/globals';
import { until } from './stand.ts';
import { appendDigest, digests, prepareWatchStand, shown } from './watch-stand.ts';

const stand = prepareWatchStand();
const { appendMany, file, start, subscribed } = stand;

describe('tributary watch', () => {
  it('shows events of several patterns over one socket, and each once where two match it', async () => {
    const watching = start(['shop/*:prod', 'shop/api:*', 'registry.internal/shop/web:*']);
    await subscribed(3);
    stand.gateway.append({ digest: 'one' });
    stand.gateway.append({ subject: 'registry.internal/shop/web:1', digest: 'two' });
    stand.gateway.append({ subject: 'team/api:prod', digest: 'none' });
    stand.gateway.append({ subject: 'shop/api:test', digest: 'three' });
    await until(() => shown(watching).length >= 3, 'three events');
    expect(await watching.stop()).toBe(0);
    expect(shown(watching)).toEqual(['one', 'two', 'three']);
    expect(stand.gateway.sockets()).toBe(1);
    expect(watching.written.stderr).toBe('');
  });

  it('misses nothing of what happens before it first hears of anything', async () => {
    appendMany(1, 3);
    const watching = start(['shop/api:*']);
    await subscribed();
    expect(stand.gateway.subscribed[0]).toMatchObject({ after: 'after-3' });
    await stand.gateway.goDown();
    appendMany(4, 5);
    await stand.gateway.comeBack();
    await until(() => shown(watching).length >= 2, 'two events');
    expect(shown(watching)).toEqual(['d4', 'd5']);
  });

  it('writes whole events as lines of JSON, and asks for the kinds that are wanted', async () => {
    const watching = start(['shop/api:*'], { output: 'json', kinds: 'MOVED,DELETED', count: 2 });
    await subscribed();
    stand.gateway.append({ kind: 'CREATED' });
    stand.gateway.append({ kind: 'MOVED', digest: 'new', previousDigest: 'old' });
    stand.gateway.append({ kind: 'DELETED', reason: 'gone' });
    expect(await watching.ended).toBe(0);
    const events = watching.written.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { kind: 'MOVED', cursor: 'after-2', digest: 'new', previousDigest: 'old', revision: 2, cause: 'IMPORT' },
      { kind: 'DELETED', reason: 'gone', subject: { namespace: 'shop', imageStream: 'api', tag: 'prod' } },
    ]);
  });

  it.each([undefined, 1001, 1011, 1012, 1013, 4500])(
    'goes on after its connection was cut (%s), with nothing lost and no command run twice',
    async (code) => {
      const watching = start(['shop/api:*', '*/api:prod'], { exec: appendDigest });
      await subscribed(2);
      for (let round = 0; round < 4; round += 1) {
        appendMany(round * 5 + 1, round * 5 + 3);
        stand.gateway.cut(code);
        appendMany(round * 5 + 4, round * 5 + 5);
        await subscribed((round + 2) * 2);
      }
      await until(() => file('done').length >= 20, 'all commands');
      expect(await watching.stop()).toBe(0);
      expect(file('done')).toEqual(digests(1, 20));
      expect(shown(watching)).toEqual(digests(1, 20));
      expect(watching.written.stderr).toContain('trying again');
      expect(watching.written.stderr).toContain('connected again');
    },
  );
});

describe('a gap in what tributary watch was sent', () => {
  it('is told on stderr with what to read again, and runs no command that did not ask for it', async () => {
    appendMany(1, 5);
    stand.gateway.expire(5);
    const watching = start(['shop/api:*'], { after: 'after-2', exec: `echo "$TRIBUTARY_KIND" >> "$FOLDER/done"` });
    await until(() => watching.written.stderr !== '', 'the gap');
    appendMany(6, 6);
    await until(() => file('done').length > 0, 'the command');
    expect(watching.written.stderr).toBe(
      'tributary: RESYNC (CURSOR_EXPIRED): events may be missing here; read local/shop/*:* again, the events go on from now\n',
    );
    expect(file('done')).toEqual(['MOVED']);
    expect(shown(watching)).toEqual(['d6']);
  });

  it('is an event to whoever names RESYNC among the kinds, and always a line of JSON', async () => {
    appendMany(1, 5);
    stand.gateway.expire(5);
    const watching = start(['shop/api:*'], {
      after: 'after-2',
      kinds: 'RESYNC,MOVED',
      exec: `echo "$TRIBUTARY_KIND $TRIBUTARY_SCOPE" >> "$FOLDER/done"`,
      output: 'json',
    });
    await until(() => file('done').length > 0, 'the command');
    expect(await watching.stop()).toBe(0);
    expect(file('done')).toEqual(['RESYNC local/shop/*:*']);
    expect(JSON.parse(watching.written.stdout)).toMatchObject({ kind: 'RESYNC', reason: 'CURSOR_EXPIRED' });
  });
});
