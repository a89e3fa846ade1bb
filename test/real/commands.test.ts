import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../../src/cli/demo.ts';
import type { Gateway } from '../../src/gateway.ts';
import { runImport, runRollback, runTag } from '../cli/client/runs.ts';
import { startWatch, until, type RunningWatch } from '../cli/client/stand.ts';
import { dataOf, outside } from '../support/gateway.ts';

let gateway: Gateway;
let folder: string;
const log: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-commands-'));
  gateway = await demo(0, outside({}, log), {
    stdout: { write: () => true },
    stderr: { write: (text: string) => log.push(text) },
  });
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

async function digestAt(reference: string): Promise<string> {
  const { tag: found } = await dataOf(
    gateway.url,
    'query ($reference: String!) { tag(reference: $reference) { digest } }',
    {
      reference,
    },
  );
  return (found as { readonly digest: string }).digest;
}

/** The events that a watch showed, as kind and digests in short. */
function shown({ written }: RunningWatch): readonly string[] {
  return written.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\S+ (\S+) +(\S+) +(\S+) → (\S+).*$/, '$1 $2 $3 $4'));
}

const short = (digest: string): string => digest.slice('sha256:'.length, 'sha256:'.length + 12);

it('tags, imports, rolls back and takes away tags of an image stream, and shows each change as it happens', async () => {
  const [web, ui] = ['registry.internal/shop/web:latest', 'registry.redhat.io/ubi9/ubi:latest'];
  const [first, second] = [short(await digestAt(web)), short(await digestAt(ui))];
  const cursorFile = join(folder, 'one');
  const watching = startWatch(gateway.url, ['team/new:*'], { cursorFile });
  const patterns = ['team/*:prod', 'local/team/new:prod'];
  const several = startWatch(gateway.url, patterns, { count: 4, output: 'json', cursorFile: join(folder, 'several') });
  // They know where the log is, and so miss nothing of what follows.
  await until(() => ['one', 'several'].every((name) => existsSync(join(folder, name))), 'the beginning');

  expect(await runTag(gateway.url, [web, 'team/new:prod'])).toEqual({
    code: 0,
    stdout: `team/new:prod set to ${web} (${first})\n`,
    stderr: '',
  });
  expect(await runTag(gateway.url, [ui, 'team/new:prod'])).toMatchObject({ code: 0, stderr: '' });
  expect(await runRollback(gateway.url, 'team/new:prod')).toEqual({
    code: 0,
    stdout: `team/new:prod  ${second} → ${first}\n`,
    stderr: '',
  });
  expect(await runTag(gateway.url, ['team/new:prod', 'team/new:kept'])).toMatchObject({ code: 0, stderr: '' });
  expect(await runTag(gateway.url, [web, 'team/new:again'])).toMatchObject({ code: 0 });
  const imported = await runImport(gateway.url, 'team/new:again');
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('UNCHANGED') });
  expect(await runTag(gateway.url, ['team/new:prod'], { delete: true })).toMatchObject({
    code: 0,
    stdout: 'team/new:prod deleted\n',
  });

  expect(await several.ended).toBe(0);
  await until(() => shown(watching).length >= 6, 'six events');
  expect(await watching.stop()).toBe(0);
  expect(shown(watching)).toEqual([
    `CREATED local/team/new:prod - ${first}`,
    `MOVED local/team/new:prod ${first} ${second}`,
    `ROLLED_BACK local/team/new:prod ${second} ${first}`,
    `CREATED local/team/new:kept - ${first}`,
    `CREATED local/team/new:again - ${first}`,
    `DELETED local/team/new:prod ${first} -`,
  ]);
  const events = several.written.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly kind: string });
  expect(events.map(({ kind }) => kind)).toEqual(['CREATED', 'MOVED', 'ROLLED_BACK', 'DELETED']);
}, 60_000);

it('ends with 1 for what does not exist or is refused, in the words of the gateway', async () => {
  expect(await runRollback(gateway.url, 'team/none:prod')).toMatchObject({
    code: 1,
    stderr: 'tributary: team/none:prod does not exist\n',
  });
  expect(await runTag(gateway.url, ['team/none:prod', 'team/new:x'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^tributary: NOT_FOUND: .*--source-kind docker\n$/),
  });
  expect(await runTag(gateway.url, ['unknown.example/a/b:1', 'team/new:x'])).toMatchObject({ code: 1 });
  const expectedDigest = `sha256:${'0'.repeat(64)}`;
  expect(
    await runTag(gateway.url, ['registry.internal/shop/web:latest', 'team/new:kept'], { expectedDigest }),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('CONFLICT'),
  });
}, 60_000);

it('a watch of what nothing configured could ever match ends with 2 and what to add', async () => {
  const watching = startWatch(gateway.url, ['quay.io/nobody/asked:*']);
  expect(await watching.ended).toBe(2);
  expect(watching.written.stderr).toMatch(/^tributary: NOT_WATCHED: /);
});
