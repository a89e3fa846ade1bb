import { afterEach, describe, expect, it } from '@jest/globals';
import type { Outside } from '../../src/open-registries.ts';
import { startStand, type Stand } from './stand.ts';

describe('a production gateway', () => {
  let stand: Stand;
  const refusedAt = (code: string): object => ({
    status: 400,
    data: undefined,
    errors: [{ extensions: { code, requestId: expect.any(String) } }],
  });
  afterEach(() => stand.end());

  it('B10: does not show its schema, nor suggest its names', async () => {
    stand = await startStand({ config: { server: { port: 0, introspection: false } } });
    for (const asked of [
      '{ __schema { types { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...f } fragment f on Query { a: __schema { types { name } } }',
    ]) {
      expect(await stand.ask(asked)).toMatchObject(refusedAt('OPERATION_NOT_ALLOWED'));
    }
    for (const asked of [
      '{ registris { name } }',
      '{ registries { nam } }',
      '{ registries(nam: "x") { name } }',
      'query ($n: Strin) { registries { name } }',
      '{ ...f } fragment f on Registr { name }',
    ]) {
      const answer = await stand.ask(asked);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/did you mean|"(?:registries|name|String)\\?"/);
    }
    const enumerated = await stand.ask(
      'query ($o: TagOrder) { repository(reference: "a.example/x") { tags(orderBy: $o) { totalCount } } }',
      { o: { field: 'NAM' } },
    );
    expect(enumerated).toMatchObject(refusedAt('BAD_USER_INPUT'));
    expect(enumerated.text).not.toMatch(/did you mean|"NAME"/i);
    expect(await stand.ask('{ __typename registries { __typename } }')).toMatchObject({ status: 200, errors: [] });
    expect(stand.upstream()).toBe(0);
  });

  it('B10: masks what it did not foresee, and keeps the details in its log without the password in them', async () => {
    const fault = 'no answer from postgres://gateway:hunter2hunter2@db/tags';
    const change = (outside: Outside): Outside => ({
      ...outside,
      log: {
        ...outside.log,
        warn: () => {
          throw new Error(fault);
        },
      },
    });
    stand = await startStand({ change });
    // What a registry says about its limits is logged, and here the log itself fails: a fault that is nobody's answer.
    stand.c.fail(() => ({ kind: 'rate-limited', retryAfter: '1' }));
    const asked = await stand.askAll();
    const requestId = asked.headers.get('x-request-id');
    expect(asked.errors).toEqual([
      {
        message: 'internal error',
        locations: expect.any(Array),
        path: ['c'],
        extensions: { code: 'INTERNAL', requestId },
      },
    ]);
    expect(asked.data).toMatchObject({ a: {}, b: {}, c: null });
    expect(asked.text).not.toMatch(/postgres|hunter2|Error:/);
    const lines = stand.log.filter((line) => line.includes(String(requestId)));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      requestId,
      path: 'c',
      message: expect.any(String),
      stack: expect.stringContaining('at '),
    });
    expect(lines[0]).toContain('postgres://…@db/tags');
    expect(lines[0]).not.toContain('hunter2');
  });
});
