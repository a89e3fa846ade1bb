// Compiles to dist/ and puts the schema beside it. With --if-stale, only when a source is newer than the last build.
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist/.built');

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = ['src', 'demo', 'bench', 'schema', 'tsconfig.json', 'tsconfig.build.json'].map((name) =>
  join(root, name),
);
if (process.argv.includes('--if-stale') && existsSync(stamp)) {
  const builtAt = statSync(stamp).mtimeMs;
  if (sources.every((path) => !existsSync(path) || newest(path) <= builtAt)) process.exit(0);
}

const startedAt = new Date();
rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
cpSync(join(root, 'schema'), join(root, 'dist/schema'), { recursive: true });
// npx runs the package's own command in its own folder.
chmodSync(join(root, 'dist/src/main.js'), 0o755);
writeFileSync(stamp, startedAt.toISOString());
