import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseContainerfile, said, type Instruction } from '../support/containerfile.ts';
import { run } from '../support/process.ts';

/**
 * The Containerfile, followed step by step in a folder: what it copies, builds and takes away must leave a gateway that runs as
 * a user whom nobody knows and writes to its folders alone. What an engine for containers does besides is not seen here.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const stages = parseContainerfile(readFileSync(join(root, 'deploy/Containerfile'), 'utf8'));
const shell = { command: 'sh', package: 'dash' };

/** As OpenShift has it: a user from the range of the project, in group 0. Only root may become somebody else. */
const someone = process.getuid?.() === 0 ? { uid: 1_000_660_000, gid: 0 } : {};

let folder = '';
let gateway: ChildProcess | undefined;
let log = '';

const place = (path: string): string => join(folder, path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-container-'));
  // mkdtemp keeps others out.
  chmodSync(folder, 0o755);
  for (const name of ['etc', 'opt/tributary', 'var/lib', 'var/cache']) mkdirSync(place(name), { recursive: true });
  for (const { alias, instructions } of stages) {
    if (alias !== undefined) mkdirSync(place(`${alias}/build/scripts`), { recursive: true });
    for (const step of instructions)
      await (alias === undefined ? followLast(step) : follow(step, place(`${alias}/build`)));
  }
  writeFileSync(
    place('etc/tributary.yaml'),
    `server: { port: 0 }
access: { mode: open }
writes: true
store: { url: 'file:${place('var/lib/tributary')}' }
cache: { folder: '${place('var/cache/tributary')}' }
streams: [{ name: local, kind: local }]
`,
  );
  await run(shell, ['-c', `chmod -R a-w '${place('opt')}'`]);
}, 240_000);

afterAll(async () => {
  gateway?.kill('SIGKILL');
  await run(shell, ['-c', `chmod -R u+w '${place('opt')}'`]);
  rmSync(folder, { recursive: true });
});

/** A step of a stage that only makes things, in its folder. */
async function follow({ name, text }: Instruction, workFolder: string): Promise<void> {
  if (name === 'COPY') {
    const words = text.split(/\s+/);
    const to = words.pop() ?? '';
    for (const from of words)
      cpSync(join(root, from), join(workFolder, to, to.endsWith('/') ? basename(from) : ''), { recursive: true });
  } else if (name === 'RUN') {
    const packages = join(workFolder, 'node_modules');
    // What npm ci makes of the lock file it has made already, beside this test.
    if (text === 'npm ci --ignore-scripts') symlinkSync(join(root, 'node_modules'), packages);
    else if (text === 'npm ci --omit=dev --ignore-scripts') copyProduction(packages);
    else await run(shell, ['-c', `cd '${workFolder}' && ${text}`], { timeoutMs: 200_000 });
  }
}

/** The packages of the lock file that are not for development alone, as far as this machine has use for them. */
function copyProduction(to: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devOptional?: true }>>;
  };
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (path === '' || dev === true || devOptional === true || !existsSync(join(root, path))) continue;
    // Those within another package have entries of their own.
    const isOwn = (source: string): boolean => !source.slice(join(root, path).length).includes('/node_modules');
    cpSync(join(root, path), join(to, path.slice('node_modules/'.length)), { recursive: true, filter: isOwn });
  }
}

/** A step of the stage that becomes the image. */
async function followLast({ name, text }: Instruction): Promise<void> {
  if (name === 'RUN') await run(shell, ['-c', text.replaceAll(' /var/', ` ${folder}/var/`)]);
  if (name !== 'COPY') return;
  const [, stage, from = '', to = ''] = /^--from=(\w+) (\S+) (\S+)$/.exec(text) ?? [];
  // Nothing is taken from a stage twice.
  renameSync(place(`${String(stage)}${from}`), place(to.endsWith('/') ? join(to, basename(from)) : to));
}

/** Runs what the image runs, at the folders' places here. */
function startImage(args: readonly string[]): ChildProcess {
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error('the Containerfile has no stage');
  const [, main = ''] = JSON.parse(said(stage, 'ENTRYPOINT')[0] ?? '') as string[];
  const env = Object.fromEntries(said(stage, 'ENV').flatMap((text) => text.split(' ').map((pair) => pair.split('='))));
  const child = spawn(process.execPath, [place(main), ...args], {
    ...someone,
    cwd: place('opt/tributary'),
    // Less HOME: that it is set is the image's doing, and what runs an image may take it away.
    env: { ...env, HOME: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  return child;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** Waits for the line that says where the gateway serves; rejects where it ends before. */
function served(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => {
      const url = /"url":"([^"]+)"/.exec(log)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('close', () => {
      reject(new Error(`the gateway ended: ${log}`));
    });
  });
}

describe('the image', () => {
  it('holds no package that is for development alone, and all that it needs', () => {
    const packages = readdirSync(place('opt/tributary/node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['libsql', 'pg', 'graphql', 'undici']));
    for (const name of ['typescript', 'jest', 'eslint', '@swc']) expect(packages).not.toContain(name);
    expect(existsSync(place('opt/tributary/dist/src/main.js'))).toBe(true);
  });

  it('serves as a user in no passwd file, writes to its folders alone, and ends at SIGTERM', async () => {
    gateway = startImage(['serve', '--config', place('etc/tributary.yaml')]);
    const url = await served(gateway);
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    const answer = await fetch(new URL('/graphql', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation { createImageStream(input: { namespace: "shop", name: "web" }) { imageStream { name } } }',
      }),
    });
    expect(await answer.json()).toMatchObject({ data: { createImageStream: { imageStream: { name: 'web' } } } });
    expect(readdirSync(place('var/lib/tributary'))).toContain('tributary.db');
    gateway.kill('SIGTERM');
    expect(await ended(gateway)).toBe(0);
  });

  it('does other commands than serve', async () => {
    expect(await ended(startImage(['config', 'check', place('etc/tributary.yaml')]))).toBe(0);
  });
});
