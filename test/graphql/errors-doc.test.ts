import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { errorTable } from '../../src/graphql/error-table.ts';

describe('docs/errors.md', () => {
  it('has a row for every code, as the table has it (else build, and run scripts/errors-doc.mjs)', () => {
    const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    const rows = text
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.replace(/ {2,}/g, ' '));
    const expected = Object.entries(errorTable).map(
      ([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`,
    );
    expect(rows.sort()).toEqual(expected.sort());
  });
});
