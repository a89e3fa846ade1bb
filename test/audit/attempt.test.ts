import { describe, expect, it } from '@jest/globals';
import { attempted } from '../../src/audit/attempt.ts';
import type { AuditRow, MutationAsked } from '../../src/audit/audit.ts';
import { GatewayError, type ErrorCode } from '../../src/domain/errors.ts';

const asked: MutationAsked = {
  kind: 'mutation',
  requestId: 'r',
  field: 'answer',
  viewer: 'token:ci:bot',
  groups: [],
  via: 'http',
  action: 'untagImageStream',
  source: undefined,
  namespace: 'shop',
  names: ['web:prod'],
  from: undefined,
  dryRun: false,
  idempotencyKey: undefined,
};
const what = { imageStreams: ['local/shop/web'], tags: [] };
const came = { moved: [], imports: [] };

/** An audit log in memory, which keeps so many rows and then fails. */
function memoryAudit(room = Infinity) {
  const rows: AuditRow[] = [];
  return {
    rows,
    record: (row: AuditRow) => {
      if (rows.length >= room) return Promise.reject(new GatewayError('UNAVAILABLE', 'full', {}));
      rows.push(row);
      return Promise.resolve();
    },
  };
}

const failed = (code: ErrorCode) => new GatewayError(code as 'NOT_FOUND', 'no', {});

describe('a mutation that is done', () => {
  it('O08: has a row before anything is done, and one of what came of it', async () => {
    const audit = memoryAudit();
    const answer = await attempted(audit, asked, async (attempt) => {
      await attempt.begin(what);
      expect(audit.rows).toEqual([{ ...asked, step: 'begun', decision: 'allowed', ...what }]);
      attempt.end('done', came);
      return 'answer';
    });
    expect(answer).toBe('answer');
    expect(audit.rows.slice(1)).toEqual([{ ...asked, step: 'ended', decision: 'allowed', outcome: 'done', ...came }]);
  });

  it('O08: is answered as done, though the second row cannot be kept', async () => {
    const audit = memoryAudit(1);
    const done = attempted(audit, asked, async (attempt) => {
      await attempt.begin(what);
      attempt.end('done', came);
      return 'answer';
    });
    expect(await done).toBe('answer');
    expect(audit.rows).toHaveLength(1);
  });
});

describe('a mutation that is not done', () => {
  it('O08: since its first row cannot be kept, is not begun', async () => {
    let isDone = false;
    const trying = attempted(memoryAudit(0), asked, async (attempt) => {
      await attempt.begin(what);
      isDone = true;
    });
    await expect(trying).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(isDone).toBe(false);
  });

  it.each<readonly [ErrorCode, string]>([
    ['FORBIDDEN', 'denied'],
    ['NOT_FOUND', 'denied'],
    ['REGISTRY_UNKNOWN', 'denied'],
    ['OPERATION_NOT_ALLOWED', 'denied'],
    ['AUTH_UNAVAILABLE', 'denied'],
    ['ARGUMENT_INVALID', 'refused'],
    ['SOURCE_AMBIGUOUS', 'refused'],
    ['UNAVAILABLE', 'refused'],
  ])('O08: for the reason %s, has one row that says it is %s', async (code, decision) => {
    const audit = memoryAudit();
    const error = failed(code);
    await expect(attempted(audit, asked, () => Promise.reject(error))).rejects.toBe(error);
    expect(audit.rows).toEqual([{ ...asked, step: 'refused', decision, code }]);
  });

  it('O08: tells nobody what is denied where that cannot be kept', async () => {
    const trying = attempted(memoryAudit(0), asked, () => Promise.reject(failed('FORBIDDEN')));
    await expect(trying).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([
    [failed('CONFLICT'), 'CONFLICT'],
    [new Error('a fault of ours'), 'INTERNAL'],
  ])('O08: though it was allowed, has a second row with the reason (%s)', async (error, code) => {
    const audit = memoryAudit();
    const trying = attempted(audit, asked, async (attempt) => {
      await attempt.begin(what);
      throw error;
    });
    await expect(trying).rejects.toBe(error);
    expect(audit.rows[1]).toEqual({ ...asked, step: 'ended', decision: 'allowed', outcome: 'failed', code });
  });
});
