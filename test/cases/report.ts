import type { Case } from './cases.ts';
import { idsOf } from './titles.ts';

/** A test that was run, as jest reports it. */
export interface RunTest {
  /** Titles of the `describe`s around it, outermost first, then its own. */
  readonly titles: readonly string[];
  readonly status: string;
}

/** What became of a row. `MISSING`: no test of it was run, and no reason is written down. */
export type Verdict = 'PASS' | 'FAIL' | 'MISSING' | 'does not apply';

/** A row with what became of it. */
export interface Judged extends Case {
  /** How many of its tests were run. */
  readonly tests: number;
  readonly verdict: Verdict;
  /** Why it does not apply. */
  readonly reason?: string | undefined;
}

/**
 * Judges every row by the tests that name it. `broken` are ids of test files that could not be run at all: their rows
 * failed, whatever else was run of them.
 */
export function judge(
  cases: readonly Case[],
  tests: readonly RunTest[],
  exemptions: ReadonlyMap<string, string>,
  broken: readonly string[],
): readonly Judged[] {
  return cases.map((row) => {
    const own = tests.filter(({ titles }) => titles.some((title) => idsOf(title).includes(row.id)));
    const run = own.filter(({ status }) => status === 'passed' || status === 'failed');
    const isBroken = broken.includes(row.id) || run.some(({ status }) => status === 'failed');
    const judged = (verdict: Verdict, reason?: string): Judged => ({ ...row, tests: run.length, verdict, reason });
    if (isBroken) return judged('FAIL');
    if (run.length > 0) return judged('PASS');
    const reason = exemptions.get(row.id);
    return reason === undefined ? judged('MISSING') : judged('does not apply', reason);
  });
}

/** Whether all is well: nothing failed, and nothing is missing. */
export function isGood(rows: readonly Judged[]): boolean {
  return rows.every(({ verdict }) => verdict !== 'FAIL' && verdict !== 'MISSING');
}

/** The table as text: a line for each row, then one that counts them. */
export function formatReport(rows: readonly Judged[]): string {
  const width = Math.max(...rows.map(({ title }) => title.length));
  const lines = rows.map(({ id, title, tests, verdict, reason }) => {
    const count = `${tests} ${tests === 1 ? 'test ' : 'tests'}`.padStart(9);
    return `${id}  ${title.padEnd(width)}  ${count}  ${verdict}${reason === undefined ? '' : `: ${reason}`}`;
  });
  const count = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;
  const summary = `${rows.length} rows: ${count('PASS')} pass, ${count('FAIL')} fail, ${count('MISSING')} missing, ${count('does not apply')} do not apply`;
  return `${[...lines, summary].join('\n')}\n`;
}
