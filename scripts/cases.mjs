// npm run cases: runs the tests that hold rows of the table of test cases, and says of each row whether it holds. Arguments
// are those of scripts/test.mjs; with --fast, rows that need more than Node are missing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import '../test/support/typescript.mjs';

const { cases } = await import('../test/cases/cases.ts');
const { exemptionsIn, idsIn } = await import('../test/cases/titles.ts');
const { formatReport, isGood, judge } = await import('../test/cases/report.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
/** Files of tests that name rows, with the ids of those. */
const files = new Map(
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => [join('test', name), idsIn(readFileSync(join(root, 'test', name), 'utf8'))])
    .filter(([, ids]) => ids.length > 0),
);

const folder = mkdtempSync(join(tmpdir(), 'tributary-cases-'));
const output = join(folder, 'results.json');
const pattern = `(^| )[A-Z]\\d{2}(, [A-Z]\\d{2})*: `;
const options = ['--json', `--outputFile=${output}`, `--testNamePattern=${pattern}`];
spawnSync(
  process.execPath,
  [join(root, 'scripts/test.mjs'), ...files.keys(), ...process.argv.slice(2), ...options],
  // The JSON goes to the file; what is said of the tests meanwhile goes to standard error.
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
const suites = JSON.parse(readFileSync(output, 'utf8')).testResults;
rmSync(folder, { recursive: true });

const tests = suites.flatMap(({ assertionResults }) =>
  assertionResults.map(({ ancestorTitles, title, status }) => ({ titles: [...ancestorTitles, title], status })),
);
const broken = suites
  .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
  .flatMap(({ name }) => files.get(relative(root, name)) ?? []);
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = judge(cases, tests, exemptionsIn(page), broken);
process.stdout.write(formatReport(rows));
process.exit(isGood(rows) ? 0 : 1);
