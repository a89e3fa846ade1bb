import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RawAnswer, RawRequest } from '../gateway/raw.ts';
import {
  bodies,
  expectNoLeak,
  hubSignature,
  inPath,
  registries,
  secretOf,
  startWebhookStand,
  type WebhookStand,
} from './stand.ts';

let stand: WebhookStand;
beforeEach(async () => {
  stand = await startWebhookStand();
});
afterEach(async () => {
  await stand.close();
  expectNoLeak(stand);
});

const document = (answer: RawAnswer): unknown => JSON.parse(answer.text);

describe('a stranger', () => {
  const cases: readonly (readonly [string, () => Promise<RawAnswer>, number?])[] = [
    ['without any proof', () => stand.send(registries.generic, { body: bodies.generic })],
    ['with an empty path secret', () => stand.send(`${registries.quay}/`, { body: bodies.quay })],
    ['with a wrong path secret', () => stand.send(inPath('quay', 'wrong'), { body: bodies.quay })],
    [
      'with a wrong header',
      () => stand.send(registries.harbor, { headers: { authorization: 'wrong' }, body: bodies.harbor }),
    ],
    [
      'with a bad HMAC',
      () => stand.send(registries.github, { headers: hubSignature(bodies.github, 'wrong'), body: bodies.github }),
    ],
    [
      'with a body of which one byte was changed',
      () => stand.send(registries.github, { headers: hubSignature(bodies.github), body: `${bodies.github} ` }),
    ],
    [
      'with a signed body of which one byte was changed',
      () =>
        stand.send(registries.generic, {
          headers: stand.signed(bodies.generic),
          body: bodies.generic.replace('"1"', '"2"'),
        }),
    ],
    [
      'six minutes late',
      () =>
        stand.send(registries.generic, {
          headers: stand.signed(bodies.generic, { afterMs: -360_000 }),
          body: bodies.generic,
        }),
    ],
    [
      'six minutes early',
      () =>
        stand.send(registries.generic, {
          headers: stand.signed(bodies.generic, { afterMs: 360_000 }),
          body: bodies.generic,
        }),
    ],
    [
      "with another registry's secret",
      () =>
        stand.send(registries.generic, {
          headers: stand.signed(bodies.generic, { secret: secretOf('harbor') }),
          body: bodies.generic,
        }),
    ],
    [
      "with another registry's path secret",
      () => stand.send(inPath('quay', secretOf('harbor')), { body: bodies.quay }),
    ],
    ['with a body that is too large', () => stand.send(registries.github, { body: 'x'.repeat(300 * 1024) })],
    [
      'with a body of another type',
      () => stand.send(registries.quay, { headers: { 'content-type': 'text/plain' }, body: 'x' }),
    ],
  ];

  it.each(cases)('C09: %s is told nothing, and hints at nothing', async (_, send) => {
    const answer = await send();
    expect([answer.status, document(answer)]).toEqual([
      401,
      {
        errors: [
          {
            message: 'this does not prove to come from the registry',
            extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
          },
        ],
      },
    ]);
    expect(stand.hints).toEqual([]);
    expect(stand.outcomes).toMatchObject([{ kind: 'stranger', why: undefined }]);
  });

  it('C10: cannot use up what the registry may send', async () => {
    for (let count = 0; count < 300; count += 1) {
      expect((await stand.send(inPath('quay', 'wrong'), { body: bodies.quay })).status).toBe(401);
    }
    expect((await stand.send(inPath('quay'), { body: bodies.quay })).status).toBe(202);
  });
});

describe('a request that is no delivery', () => {
  const nothing = { message: 'there is nothing here; the API is at /graphql', extensions: { code: 'NOT_FOUND' } };

  it.each([
    'unknown.example',
    'unknown.example/secret',
    'alias.quay.example',
    '',
    '/',
    '%',
    '%E0%A4%A',
    'quay.example/a/b',
    'quay.example/%',
    '__proto__',
    '..',
  ])('is answered at %j as anywhere where there is nothing', async (path) => {
    const answer = await stand.send(path, { body: bodies.quay });
    expect([answer.status, document(answer)]).toEqual([404, { errors: [nothing] }]);
    const elsewhere = await stand.send('../elsewhere', { body: bodies.quay });
    expect(elsewhere).toEqual(answer);
    expect(stand.outcomes).toEqual([]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('by %s is told to come by POST', async (method) => {
    const response = await fetch(`${stand.url}/webhooks/${inPath('quay')}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each<[string, RawRequest, number]>([
    ['text', { headers: { 'content-type': 'text/plain' }, body: bodies.quay }, 415],
    [
      'a form, as GitHub sends unless told otherwise',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'payload=' },
      415,
    ],
    ['compressed', { headers: { 'content-encoding': 'gzip' }, body: bodies.quay }, 415],
    ['in another charset', { headers: { 'content-type': 'application/json; charset=utf-16' }, body: bodies.quay }, 415],
    ['300 KiB long', { body: JSON.stringify({ ...JSON.parse(bodies.quay), more: 'x'.repeat(300 * 1024) }) }, 413],
  ])('C09: since its body is %s is refused', async (_, request, status) => {
    const answer = await stand.send(inPath('quay'), request);
    expect(answer.status).toBe(status);
    expect(stand.hints).toEqual([]);
    expect(stand.outcomes).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('C09: since its signed body is 300 KiB long is refused before the signature is looked at', async () => {
    const body = JSON.stringify({ repository: 'team/app', more: 'x'.repeat(300 * 1024) });
    expect((await stand.send(registries.generic, { headers: stand.signed(body), body })).status).toBe(413);
  });

  it('C09: takes a body of 256 KiB to the byte', async () => {
    const empty = JSON.stringify({ repository: 'team/app', more: '' });
    const body = empty.replace('""', `"${'x'.repeat(256 * 1024 - empty.length)}"`);
    expect((await stand.send(inPath('generic'), { body })).status).toBe(202);
    expect((await stand.send(inPath('generic'), { body: `${body} ` })).status).toBe(413);
  });
});
