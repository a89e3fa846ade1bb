// npm run check: everything that keeps the project in its habits, step by step, then the fast tests. All steps are run, and
// those that failed are named at the end. With --no-tests, without the tests.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const steps = [
  ['format', () => tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']), 'npm run format'],
  ['generated code', isGeneratedCodeFresh, 'commit what was generated'],
  ['documentation', isDocumentationFresh, 'npm run docs, and commit what it wrote'],
  ['lint', () => tool('eslint/bin/eslint.js', ['--max-warnings', '0', '.'])],
  ['types', () => tool('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json'])],
  [
    'floors',
    () => tool('dependency-cruiser/bin/dependency-cruise.mjs', ['src', 'demo', 'bench', '--output-type', 'err-long']),
  ],
  ['dead code', () => tool('knip/bin/knip.js', [])],
];
if (!process.argv.includes('--no-tests'))
  steps.push(['fast tests', () => node('scripts/test.mjs', ['--fast', '--silent'])]);

const failed = steps.filter(([name, run, remedy]) => {
  const startedAt = performance.now();
  const isFine = run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const advice = isFine || remedy === undefined ? '' : `: ${remedy}`;
  process.stdout.write(`${isFine ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${advice}\n`);
  return !isFine;
});
if (failed.length > 0) {
  process.stdout.write(`check failed: ${failed.map(([name]) => name).join(', ')}\n`);
  process.exit(1);
}

/** The check of the first page also builds what the second is written from. */
function isDocumentationFresh() {
  if (!node('scripts/docs.mjs', ['--check'])) return false;
  const before = contents('docs');
  return node('scripts/errors-doc.mjs', []) && contents('docs') === before;
}

/** Generates the code again and compares: what differs was not committed. */
function isGeneratedCodeFresh() {
  const before = contents('src/graphql/generated');
  const isDone = tool('@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.yml', '--silent']);
  return isDone && contents('src/graphql/generated') === before;
}

function contents(folder) {
  const names = readdirSync(join(root, folder), { recursive: true }).toSorted();
  const files = names.filter((name) => statSync(join(root, folder, name)).isFile());
  return files.map((name) => `${name}\n${readFileSync(join(root, folder, name), 'utf8')}`).join('\n');
}

function tool(program, words) {
  return node(join('node_modules', program), words);
}

function node(script, words) {
  return spawnSync(process.execPath, [join(root, script), ...words], { cwd: root, stdio: 'inherit' }).status === 0;
}
