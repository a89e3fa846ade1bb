import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.ts';
import { formatReport, isGood, judge } from './report.ts';
import { exemptionsIn, idsIn, idsOf } from './titles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ids = cases.map(({ id }) => id);

const named = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  // This file names rows to try the reading of titles.
  .filter((name) => name.endsWith('.test.ts') && name !== 'cases/cases.test.ts')
  .flatMap((name) => idsIn(readFileSync(join(root, 'test', name), 'utf8')));
const exemptions = exemptionsIn(readFileSync(join(root, 'docs/security.md'), 'utf8'));

describe('the table of test cases', () => {
  it('has each row once', () => {
    expect([...new Set(ids)]).toEqual(ids);
  });

  it('has a test for every row, or a reason why there is none', () => {
    expect(ids.filter((id) => !named.includes(id) && !exemptions.has(id))).toEqual([]);
  });

  it('has no reason for a row that has a test', () => {
    expect([...exemptions.keys()].filter((id) => named.includes(id))).toEqual([]);
  });

  it('has a row for every id that a title or a reason names', () => {
    expect([...named, ...exemptions.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('the report of the table', () => {
  const table = ['U01', 'U02', 'U03', 'U04', 'U05'].map((id) => ({ id, title: `what ${id} is about` }));
  const page =
    '## Rows that do not apply\n\n| row   | why |\n| --- | --- |\n| `U04` | nobody asks |\n\n## More\n| `U05` | no |\n';
  const tests = [
    { titles: ['U01, U02: an upstream', 'holds'], status: 'passed' },
    { titles: ['an upstream', 'U02: does not hold'], status: 'failed' },
    { titles: ['an upstream', 'U03: was left out'], status: 'pending' },
    { titles: ['an upstream that is not U05: at all'], status: 'passed' },
  ];

  it('says of each row what its tests came to', () => {
    const rows = judge(table, tests, exemptionsIn(page), []);
    expect(rows.map(({ id, tests: count, verdict }) => [id, count, verdict])).toEqual([
      ['U01', 1, 'PASS'],
      ['U02', 2, 'FAIL'],
      ['U03', 0, 'MISSING'],
      ['U04', 0, 'does not apply'],
      ['U05', 0, 'MISSING'],
    ]);
    expect(isGood(rows)).toBe(false);
    expect(formatReport(rows).split('\n').slice(3, -1)).toEqual([
      'U04  what U04 is about    0 tests  does not apply: nobody asks',
      'U05  what U05 is about    0 tests  MISSING',
      '5 rows: 1 pass, 1 fail, 2 missing, 1 do not apply',
    ]);
  });

  it('takes the rows of a file that could not be run for failed', () => {
    const verdicts = judge(table, tests, new Map(), ['U01']).map(({ verdict }) => verdict);
    expect(verdicts.slice(0, 2)).toEqual(['FAIL', 'FAIL']);
  });

  it('is good where nothing failed or is missing', () => {
    expect(isGood(judge(table.slice(0, 1), tests, new Map(), []))).toBe(true);
  });

  it('reads ids at the beginning of a title alone, and in source as well', () => {
    expect(idsOf('U01, U02: both')).toEqual(['U01', 'U02']);
    expect(idsOf('not U01: here')).toEqual([]);
    expect(idsIn(`it('U01: one'); it.each(x)("U02, U03: %s"); it(\`U01: again\`); it('of U04: no')`)).toEqual([
      'U01',
      'U02',
      'U03',
    ]);
  });
});
