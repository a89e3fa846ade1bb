import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../../src/cli/demo.ts';
import type { Gateway } from '../../src/gateway.ts';
import { runImport, runRollback, runTag } from '../cli/client/runs.ts';
import { startWatch, until, type RunningWatch } from '../cli/client/stand.ts';
import { dataOf, outside } from '../support/gateway.ts';

let gateway: Pick<Gateway, 'url' | 'stop'>;
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

it.each(['local', 'east'])(
  'tags, imports, rolls back and takes away tags of image streams of %s, and shows each change as it happens',
  async (source) => {
    const [web, old] = ['registry.internal/shop/web:latest', 'registry.internal/shop/web:1.0.0'];
    const [first, second] = [short(await digestAt(web)), short(await digestAt(old))];
    const name = `${source}/shop/new`;
    const cursorFile = join(folder, `${source}-one`);
    const watching = startWatch(gateway.url, [`${name}:*`], { cursorFile });
    const several = startWatch(gateway.url, [`${source}/shop/new*:prod`, `${name}:prod`], {
      count: 4,
      output: 'json',
      cursorFile: join(folder, `${source}-several`),
    });
    // They know where the log is, and so miss nothing of what follows.
    const begun = [`${source}-one`, `${source}-several`];
    await until(() => begun.every((file) => existsSync(join(folder, file))), 'the beginning');

    const importMode = 'PreserveOriginal';
    expect(await runTag(gateway.url, [web, `${name}:prod`], { importMode })).toEqual({
      code: 0,
      stdout: `shop/new:prod set to ${web} (${first})\n`,
      stderr: '',
    });
    expect(await runTag(gateway.url, [old, `${name}:prod`], { importMode })).toMatchObject({ code: 0, stderr: '' });
    expect(await runRollback(gateway.url, `${name}:prod`)).toEqual({
      code: 0,
      stdout: `shop/new:prod  ${second} → ${first}\n`,
      stderr: '',
    });
    expect(await runTag(gateway.url, ['shop/new:prod', 'shop/new:kept'], { source })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await runTag(gateway.url, [web, `${name}:again`], { importMode })).toMatchObject({ code: 0 });
    const imported = await runImport(gateway.url, `${name}:again`);
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('UNCHANGED') });
    expect(await runTag(gateway.url, [`${name}:prod`], { delete: true })).toMatchObject({
      code: 0,
      stdout: 'shop/new:prod deleted\n',
    });

    expect(await several.ended).toBe(0);
    await until(() => shown(watching).length >= 6, 'six events');
    expect(await watching.stop()).toBe(0);
    expect(shown(watching)).toEqual([
      `CREATED ${name}:prod - ${first}`,
      `MOVED ${name}:prod ${first} ${second}`,
      `ROLLED_BACK ${name}:prod ${second} ${first}`,
      `CREATED ${name}:kept - ${first}`,
      `CREATED ${name}:again - ${first}`,
      `DELETED ${name}:prod ${first} -`,
    ]);
    const events = several.written.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string });
    expect(events.map(({ kind }) => kind)).toEqual(['CREATED', 'MOVED', 'ROLLED_BACK', 'DELETED']);
  },
  60_000,
);

it('ends with 1 for what does not exist or is refused, in the words of the gateway', async () => {
  expect(await runRollback(gateway.url, 'local/team/none:prod')).toMatchObject({
    code: 1,
    stderr: 'tributary: team/none:prod does not exist\n',
  });
  expect(await runTag(gateway.url, ['team/none:prod', 'team/new:x'], { source: 'local' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^tributary: NOT_FOUND: .*--source-kind docker\n$/),
  });
  expect(await runTag(gateway.url, ['unknown.example/a/b:1', 'local/team/new:x'])).toMatchObject({ code: 1 });
  const expectedDigest = `sha256:${'0'.repeat(64)}`;
  const web = 'registry.internal/shop/web:latest';
  expect(await runTag(gateway.url, [web, 'local/team/new:kept'], { expectedDigest })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('CONFLICT'),
  });
}, 60_000);

it('asks which source is meant where several are', async () => {
  expect(await runRollback(gateway.url, 'shop/web:prod')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/SOURCE_AMBIGUOUS: .*"local", "east"/),
  });
});

it('a watch of what nothing configured could ever match ends with 2 and what to add', async () => {
  const watching = startWatch(gateway.url, ['quay.io/nobody/asked:*']);
  expect(await watching.ended).toBe(2);
  expect(watching.written.stderr).toMatch(/^tributary: NOT_WATCHED: /);
});
