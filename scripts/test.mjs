// npm test: makes sure that the programs which the tests need are there, runs all tests and ends with `N passed, N failed`.
// With --fast, only the tests that need nothing but Node. All other arguments are jest's.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isFast = process.argv.includes('--fast');
const jestArguments = process.argv.slice(2).filter((argument) => argument !== '--fast');

/** Each program with the Debian package that it is in. */
const programs = {
  'docker-registry': 'docker-registry',
  skopeo: 'skopeo',
  openssl: 'openssl',
  htpasswd: 'apache2-utils',
  initdb: 'postgresql',
};
/** Where Debian keeps the servers of PostgreSQL, a folder for each version, and not in PATH. */
const postgresVersions = '/usr/lib/postgresql';

if (!isFast) {
  installMissing();
  run('scripts/build.mjs', ['--if-stale']);
}
const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
const status = runJest(join(folder, 'counts.json'));
const { passed, failed, skipped } = countsIn(join(folder, 'counts.json'));
rmSync(folder, { recursive: true });
process.stdout.write(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
process.exit(status === 0 && failed > 0 ? 1 : status);

function installMissing() {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => programs[program]))];
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    giveUp(
      `The tests need ${missing.join(', ')}: install ${packages.join(', ')} (their names in Debian), or run npm run test:fast, which needs nothing but Node.`,
    );
  }
  process.stdout.write(`The tests need ${missing.join(', ')}: installing ${packages.join(', ')} with apt-get.\n`);
  // RUNLEVEL keeps the packages from starting services: the tests start their own, on free ports.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  for (const step of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', ...step], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (status !== 0) process.stderr.write(`apt-get ${step.join(' ')} failed:\n${stdout}${stderr}`);
  }
  const still = missingPrograms();
  if (still.length > 0)
    giveUp(
      `${still.join(', ')} could not be installed: install ${still.map((program) => programs[program]).join(', ')} by hand.`,
    );
}

function missingPrograms() {
  return Object.keys(programs).filter((program) => !isThere(program));
}

function isThere(program) {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...postgresPlaces()];
  return places.some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function postgresPlaces() {
  try {
    return readdirSync(postgresVersions).map((version) => join(postgresVersions, version, 'bin'));
  } catch {
    return [];
  }
}

function giveUp(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function runJest(counts) {
  const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts/count-reporter.mjs')}`];
  // The options of a reporter can only be given in a configuration; the environment reaches it too.
  process.env.TRIBUTARY_TEST_COUNTS = counts;
  // Patterns first: --selectProjects takes every word that follows it.
  const projects = isFast ? ['--selectProjects', 'fast'] : [];
  const options = { cwd: root, stdio: 'inherit' };
  // A test that fails may leave a server running, which must not keep CI waiting for ever.
  const exit = process.env.CI === 'true' ? ['--forceExit'] : [];
  const node = [join(root, 'scripts/jest.mjs'), ...jestArguments, ...reporters, ...exit, ...projects];
  return spawnSync(process.execPath, node, options).status ?? 1;
}

function countsIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // jest itself ended before any count.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function run(script, scriptArguments) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...scriptArguments], { stdio: 'inherit' });
  if (status !== 0) giveUp(`${script} failed.\n0 passed, 1 failed`);
}
