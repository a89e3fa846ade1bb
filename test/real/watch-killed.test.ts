import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../cli/client/stand.ts';
import { startCommandLine, type CommandLine } from '../support/command-line.ts';
import { inputs, startFakeGateway, type FakeGateway } from '../support/fake-gateway.ts';

let gateway: FakeGateway;
let folder: string;
let running: CommandLine | undefined;

beforeEach(async () => {
  gateway = await startFakeGateway();
  folder = mkdtempSync(join(tmpdir(), 'tributary-killed-'));
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.ended;
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

function watch(...words: readonly string[]): CommandLine {
  const env = { TRIBUTARY_SERVER: gateway.url, FOLDER: folder };
  running = startCommandLine(['watch', 'shop/api:*', ...words], env);
  return running;
}

function done(): readonly string[] {
  const file = join(folder, 'done');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

const keeping = (): readonly string[] => ['--cursor-file', join(folder, 'cursor')];

it('a watch that is killed again and again runs its command for every event, in order, and for none twice but the one it was killed at', async () => {
  const rounds = 6;
  const perRound = 5;
  let kills = 0;
  for (let round = 0; round < rounds; round += 1) {
    const watching = watch(...keeping(), '--exec', 'echo "$TRIBUTARY_DIGEST" >> "$FOLDER/done"');
    await until(() => gateway.subscribed.length > round, 'the subscription');
    for (let number = 1; number <= perRound; number += 1) gateway.append({ digest: `d${round * perRound + number}` });
    const before = done().length;
    // At another place in each round: also between the command and the writing of the cursor.
    await until(() => done().length > before + (round % 3), 'commands');
    watching.kill('SIGKILL');
    kills += 1;
    expect(await watching.ended).toBeUndefined();
    expect(JSON.parse(readFileSync(join(folder, 'cursor'), 'utf8'))).toEqual({ '*/shop/api:*': expect.any(String) });
  }
  const last = watch(...keeping(), '--exec', 'echo "$TRIBUTARY_DIGEST" >> "$FOLDER/done"');
  await until(() => done().includes(`d${rounds * perRound}`), 'the last event');
  last.kill('SIGTERM');
  expect(await last.ended).toBe(0);

  const all = done();
  const wanted = Array.from({ length: rounds * perRound }, (_, index) => `d${index + 1}`);
  expect([...new Set(all)]).toEqual(wanted);
  expect(all.length - wanted.length).toBeLessThanOrEqual(kills);
  // What comes twice comes again at once, before anything after it.
  const repeated = all.filter((digest, index) => index > 0 && digest === all[index - 1]).length;
  expect(all.length - repeated).toBe(wanted.length);
}, 120_000);

it('the command line ends a watch with the exit code that belongs to it, and at once', async () => {
  const once = watch('--once', '-o', 'json', '--timeout', '1m');
  await until(() => gateway.subscribed.length > 0, 'the subscription');
  gateway.append({ digest: 'd1' });
  expect(await once.ended).toBe(0);
  expect(JSON.parse(once.written.stdout)).toMatchObject({ kind: 'MOVED', digest: 'd1' });

  const late = watch('--once', '--timeout', '100ms');
  expect(await late.ended).toBe(1);
  expect(late.written.stderr).toBe('tributary: 0 of 1 events came in time\n');
  expect(await watch('--count', 'many').ended).toBe(2);
  expect(await watch('--server', 'http://127.0.0.1:1').ended).toBe(3);
}, 60_000);

it('a watch that waits for a gateway to come back ends at once when it is told to', async () => {
  const watching = watch();
  await until(() => gateway.subscribed.length > 0, 'the subscription');
  await gateway.goDown();
  await until(() => watching.written.stderr.includes('trying again'), 'the loss');
  watching.kill('SIGTERM');
  expect(await watching.ended).toBe(0);
  await gateway.comeBack();
}, 60_000);

it('the command line passes on what tag, import and rollback are told', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const imageStream = { source: 'local', namespace: 'shop', name: 'api' };
  gateway.answer({
    tagImageStream: () => ({ imageStreamTags: [{ name: 'api:1', digest, imageStream }], imports: [], userErrors: [] }),
    importImageStream: () => ({
      imports: [{ tag: '1', state: 'UNCHANGED', digest, error: null }],
      imageStream: null,
      userErrors: [],
    }),
    imageStreamTag: () => ({ digest }),
    rollbackImageStreamTag: () => ({ imageStreamTag: { name: 'api:1', digest, imageStream }, userErrors: [] }),
  });
  const run = async (...words: readonly string[]) => {
    running = startCommandLine([...words, '--server', gateway.url]);
    return { code: await running.ended, ...running.written };
  };
  expect(await run('tag', 'quay.io/org/api:1', 'api:1', '-n', 'shop', '--scheduled')).toEqual({
    code: 0,
    stdout: 'shop/api:1 set to quay.io/org/api:1 (aaaaaaaaaaaa)\n',
    stderr: '',
  });
  expect(await run('import', 'shop/api', '--no-scheduled', '-o', 'json')).toMatchObject({ code: 0, stderr: '' });
  expect(await run('rollback', 'shop/api:1', '--dry-run')).toMatchObject({
    code: 0,
    stdout: 'shop/api:1  aaaaaaaaaaaa → aaaaaaaaaaaa (dry run)\n',
  });
  expect(inputs(gateway)).toMatchObject([
    { namespace: 'shop', to: ['api:1'], scheduled: true, referencePolicy: 'SOURCE' },
    { namespace: 'shop', name: 'api', scheduled: false, all: false },
    { namespace: 'shop', name: 'api:1', expectedDigest: digest, dryRun: true },
  ]);
}, 60_000);
