import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { run } from '../support/process.ts';

/** The short forms of `npm run soak -- --only …`: that they can be measured, and what does not depend on the machine. */
const soak = fileURLToPath(new URL('../../dist/bench/soak/run.js', import.meta.url));
const node = { command: process.execPath, package: 'nodejs' };

async function rowsOf(name: string): Promise<readonly string[]> {
  const output = await run(node, [soak, '--only', name, '--quick', '--seed', 'as in ci'], { timeoutMs: 240_000 });
  return output
    .toString()
    .split('\n')
    .filter((line) => line.startsWith(`${name}: `));
}

it('L01: each of many subscriptions is told every event of a hundred a second, in order', async () => {
  const rows = await rowsOf('events');
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatch(/^events: lost +0 lost and 0 out of order of 2000 deliveries .* PASS$/);
}, 250_000);

it('L02: everything at once over a registry that fails leaves no socket, timer or listener behind', async () => {
  const rows = await rowsOf('mixed');
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatch(/^mixed: left over .* ratio 0\.00 .* PASS$/);
  expect(rows[2]).toMatch(/^mixed: faults +0 masked errors, 0 warnings .* PASS$/);
}, 250_000);
