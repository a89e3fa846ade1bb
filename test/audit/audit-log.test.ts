import { describe, expect, it } from '@jest/globals';
import { auditLine, createAuditLog } from '../../src/audit/audit-log.ts';
import type { MutationRow, ReloadRow } from '../../src/audit/audit.ts';
import { createManualClock } from '../transport/support/clock.ts';

const denied: MutationRow = {
  kind: 'mutation',
  requestId: 'r',
  field: 'answer',
  viewer: 'token:ci:bot',
  groups: ['token:ci:deployers'],
  via: 'http',
  action: 'importImageStream',
  source: undefined,
  namespace: 'shop',
  names: ['web'],
  from: { kind: 'DOCKER_IMAGE', name: 'registry.example/team/app', namespace: undefined },
  dryRun: true,
  idempotencyKey: undefined,
  step: 'refused',
  decision: 'denied',
  code: 'FORBIDDEN',
};
const reload: ReloadRow = { kind: 'reload', outcome: 'done', changed: ['access'], problems: [] };
const now = Date.UTC(2030, 0, 2, 3, 4, 5, 6);

describe('a row of the audit log', () => {
  it('O08: is a line of JSON that begins with its time', () => {
    expect(auditLine(denied, now)).toBe(
      '{"time":"2030-01-02T03:04:05.006Z","kind":"mutation","requestId":"r","field":"answer","viewer":"token:ci:bot",' +
        '"groups":["token:ci:deployers"],"via":"http","action":"importImageStream","namespace":"shop","names":["web"],' +
        '"from":{"kind":"DOCKER_IMAGE","name":"registry.example/team/app"},"dryRun":true,' +
        '"step":"refused","decision":"denied","code":"FORBIDDEN"}',
    );
    expect(JSON.parse(auditLine(reload, now))).toEqual({ time: '2030-01-02T03:04:05.006Z', ...reload });
  });

  it('O06: is one line, escaped and short, whatever callers said', () => {
    const odd = '"}\n{"kind":"forged"}\r\u001b[31m\u2028\u202e\u0000\u009b';
    const line = auditLine(
      {
        ...denied,
        requestId: odd,
        namespace: odd,
        names: [odd, 'x'.repeat(10_000)],
        groups: Array.from({ length: 1_000 }, (_, index) => `group-${index}`),
        from: { kind: 'DOCKER_IMAGE', name: 'https://robot:hunter2@registry.example/a', namespace: odd },
      },
      now,
    );
    expect(line).toMatch(/^[^\p{Cc}\u2028-\u202e]+$/u);
    expect(Buffer.byteLength(line)).toBeLessThan(5_000);
    expect(line).not.toContain('hunter2');
    const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
    expect(row).toMatchObject({ kind: 'mutation', namespace: odd, omitted: { groups: 900 } });
    expect((row['groups'] as readonly string[]).length).toBe(100);
  });
});

describe('an audit log', () => {
  it('O08: refuses what it cannot keep, and the log says why', async () => {
    const told: unknown[] = [];
    const error = new Error('no space left');
    const audit = createAuditLog({
      append: () => Promise.reject(error),
      clock: createManualClock(),
      log: { error: (details, message) => told.push([details, message]) },
    });
    await expect(audit.record(reload)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('the audit log cannot be written now: nothing was done'),
    });
    expect(told).toEqual([[{ error }, expect.stringContaining('mutations are refused until it can')]]);
  });
});
