import { describe, expect, it } from '@jest/globals';
import { createLog, type LogLevel } from '../../src/lib/log.ts';

function recorder(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const log = createLog({ level, destination: { write: (line) => lines.push(line) } });
  return { log, lines };
}

const canary = 'hunter2canary';

describe('the log', () => {
  it('writes one JSON object a line with time, level and message', () => {
    const { log, lines } = recorder();
    log.warn({ registry: 'quay.io' }, 'slow');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({ level: 'warn', message: 'slow', registry: 'quay.io' });
    expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/));
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = recorder('warn');
    log.info({}, 'quiet');
    log.debug({}, 'quieter');
    log.error({}, 'loud');
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['a password by name', { password: canary }],
    ['a token within a group', { answer: { access_token: canary, registryToken: canary } }],
    ['a header', { headers: { authorization: `Bearer ${canary}`, 'set-cookie': [canary] } }],
    ['a group of credentials', { credentials: { username: 'robot', other: canary } }],
    ['user information in a URL', { url: `https://robot:${canary}@quay.io/v2/` }],
    ['user information in a URL object', { url: new URL(`https://robot:${canary}@quay.io/v2/`) }],
    ['the signature of a URL', { url: `https://s3.example/blob?X-Amz-Signature=${canary}&n=1` }],
    ['a header quoted in a text', { note: `sent authorization: Basic ${canary}` }],
    ['the message of an error', { error: new Error(`postgres://u:${canary}@db refused`) }],
    ['the cause of an error', { error: new Error('no', { cause: new Error(`Bearer ${canary}`) }) }],
    ['a property of an error', { error: Object.assign(new Error('no'), { request: { headers: { cookie: canary } } }) }],
    ['bytes', { body: Buffer.from(canary) }],
    ['what only JSON shows', { thing: { toJSON: () => ({ secret: canary }) } }],
  ])('never shows %s', (_, details) => {
    const { log, lines } = recorder();
    log.error(details, 'failed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(canary);
    expect(lines[0]).not.toContain(Buffer.from(canary).toString('base64'));
  });

  it('scrubs the message too', () => {
    const { log, lines } = recorder();
    log.error({}, `refused by https://robot:${canary}@quay.io`);
    expect(lines[0]).not.toContain(canary);
  });

  it('keeps numbers that are called after secrets, and queries that are harmless', () => {
    const { log, lines } = recorder();
    log.info({ tokens: 3, token: 4, url: 'https://quay.io/token?scope=a&service=b' }, 'counted');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      tokens: 3,
      token: 4,
      url: 'https://quay.io/token?scope=a&service=b',
    });
  });

  it('keeps one line for texts with line breaks, terminal escapes and Unicode separators', () => {
    const { log, lines } = recorder();
    const hostile = 'a\nb\r\u001b[31m\u0085\u2028\u2029\u202e"';
    log.warn({ repository: hostile, [hostile]: 1 }, hostile);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n\r\u001b\u0085\u2028\u2029\u202e]*\n$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ repository: hostile, message: hostile });
  });

  it('cuts long texts, deep groups and endless causes short', () => {
    const { log, lines } = recorder();
    const circular = new Error('outer');
    circular.cause = circular;
    const group: Record<string, unknown> = {};
    group['self'] = group;
    log.error(
      { error: circular, group, list: Array.from({ length: 1000 }, () => 'x'), text: 'x'.repeat(100_000) },
      'y'.repeat(100_000),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(40_000);
  });

  it('shows an error with its name, code and cause', () => {
    const { log, lines } = recorder();
    log.error({ error: Object.assign(new TypeError('no', { cause: 'why' }), { code: 'ECONNREFUSED' }) }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { name: 'TypeError', message: 'no', code: 'ECONNREFUSED', cause: 'why' },
    });
  });
});
