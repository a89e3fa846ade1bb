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
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatch(/^events: lost +0 lost and 0 out of order of 2000 deliveries .* PASS$/);
  expect(rows[2]).toMatch(/^events: plateau .* not judged/);
}, 250_000);

it('L02: everything at once over a registry that fails leaves no socket, timer or listener behind', async () => {
  const rows = await rowsOf('mixed');
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^mixed: memory .* not judged/);
  expect(rows[1]).toMatch(/^mixed: left over .* ratio 0\.00 .* PASS$/);
  expect(rows[2]).toMatch(/^mixed: faults +0 masked errors, 0 warnings .* PASS$/);
}, 250_000);

it('L03: all clients come back at once with their cursors, lose nothing, and each is asked about once', async () => {
  const rows = await rowsOf('storm');
  expect(rows).toHaveLength(6);
  expect(rows[0]).toMatch(/^storm: faults .* 200 clients in .* 0 faults .* PASS$/);
  expect(rows[1]).toMatch(/^storm: cut .* PASS$/);
  expect(rows[2]).toMatch(/^storm: cut, callers .* PASS$/);
  expect(rows[4]).toMatch(/^storm: killed .* PASS$/);
  expect(rows[5]).toMatch(/^storm: killed, callers +1 requests for keys, 10 TokenReviews, 10 SubjectAccess.* PASS$/);
}, 250_000);

it('L05: a registry is asked once for each thing that many ask for at once', async () => {
  const rows = await rowsOf('herd');
  expect(rows).toHaveLength(6);
  expect(rows[0]).toMatch(/^herd: same, upstream +0 of 4 requests .* 100 whole answers .* 1 different .* PASS$/);
  expect(rows[3]).toMatch(/^herd: dearest, upstream +0 of 300 requests .* 3 whole answers .* PASS$/);
}, 250_000);

it('L07: of a tag that moves without a pause all are told where it ends, and less than happened', async () => {
  const rows = await rowsOf('hot-tag');
  expect(rows).toHaveLength(5);
  expect(rows[1]).toMatch(
    /^hot-tag: last digest +-?\d+ ms after the end 50 of 50 clients know it, 0 events out of order; /,
  );
  const [, each, moves] = /each was told ([\d.]+) times of (\d+) moves/.exec(rows[1] ?? '') ?? [];
  expect(Number(each)).toBeGreaterThan(1);
  expect(Number(each)).toBeLessThan(Number(moves) / 20);
}, 250_000);
