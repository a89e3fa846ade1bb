import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createSecret } from '../../src/lib/secret.ts';
import { authenticate, type Proof } from '../../src/webhooks/authenticate.ts';
import type { Headers } from '../../src/webhooks/delivery.ts';
import { createReplays } from '../../src/webhooks/replays.ts';
import { createManualClock } from '../transport/support/clock.ts';

interface Given {
  readonly headers?: Headers;
  readonly path?: string;
  readonly secret?: string;
  readonly now?: number;
  readonly body?: string;
}

/** What becomes of a claim in the end, its body read. */
function judged(proof: Proof, { headers = {}, path, secret = 'open sesame', now = 0, body = '' }: Given): string {
  const verdict = authenticate(proof, { headers, pathSecret: path }, createSecret(secret), now);
  return verdict.kind === 'signed' ? verdict.verify(Buffer.from(body)).kind : verdict.kind;
}

describe('the header Authorization', () => {
  it('is the secret, with Bearer or without', () => {
    for (const authorization of ['open sesame', 'Bearer open sesame']) {
      expect(judged('authorization', { headers: { authorization } })).toBe('authentic');
    }
    expect(judged('authorization', { secret: 'Bearer abc', headers: { authorization: 'Bearer abc' } })).toBe(
      'authentic',
    );
    for (const authorization of ['', 'Bearer', 'Bearer ', 'open sesam', 'open sesame!', 'Basic open sesame']) {
      expect(judged('authorization', { headers: { authorization } })).toBe('stranger');
    }
    expect(judged('authorization', {})).toBe('stranger');
  });
});

describe('the signature of GitHub', () => {
  /** The example of docs.github.com, "Testing the webhook payload validation". */
  const example = {
    secret: "It's a Secret to Everybody",
    body: 'Hello, World!',
    headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
  };

  it('C09: is the HMAC of the body', () => {
    expect(judged('hub-signature', example)).toBe('authentic');
    expect(judged('hub-signature', { ...example, body: 'Hello, World?' })).toBe('stranger');
    expect(judged('hub-signature', { ...example, secret: "It's a secret to everybody" })).toBe('stranger');
    expect(judged('hub-signature', { ...example, headers: {} })).toBe('stranger');
    expect(judged('hub-signature', { ...example, headers: { 'x-hub-signature-256': 'sha256=' } })).toBe('stranger');
  });
});

describe('the signature of Standard Webhooks', () => {
  /** The vector that the libraries of the scheme are tested with. */
  const example = {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: '{"test": 2432232314}',
    now: 1_614_265_330_000,
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  };
  const signature = example.headers['webhook-signature'];
  const withHeaders = (more: Headers) =>
    judged('standard-signature', { ...example, headers: { ...example.headers, ...more } });

  it('C09: is the HMAC of id, time and body, by the bytes of the secret', () => {
    expect(judged('standard-signature', example)).toBe('authentic');
    expect(judged('standard-signature', { ...example, body: '{"test": 2432232315}' })).toBe('stranger');
    expect(judged('standard-signature', { ...example, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx' })).toBe(
      'stranger',
    );
  });

  it('may be by a secret that is any text', () => {
    const signed = createHmac('sha256', 'any tèxt').update(`a.1614265330.${example.body}`).digest('base64');
    const headers = { ...example.headers, 'webhook-id': 'a', 'webhook-signature': `v1,${signed}` };
    expect(judged('standard-signature', { ...example, secret: 'any tèxt', headers })).toBe('authentic');
  });

  it('may be one of several, as while a secret is changed', () => {
    expect(withHeaders({ 'webhook-signature': `v1,AAAA ${signature} v1a,BBBB` })).toBe('authentic');
    expect(withHeaders({ 'webhook-signature': `v1,AAAA v1a,BBBB` })).toBe('stranger');
    expect(withHeaders({ 'webhook-signature': `v2,${signature.slice(3)}` })).toBe('stranger');
    expect(withHeaders({ 'webhook-signature': `${'v1,AAAA '.repeat(10)}${signature}` })).toBe('stranger');
  });

  it('C09: holds for five minutes before and after its time', () => {
    const after = (ms: number) => judged('standard-signature', { ...example, now: example.now + ms });
    expect([after(-300_000), after(300_000)]).toEqual(['authentic', 'authentic']);
    expect([after(-300_001), after(300_001)]).toEqual(['stranger', 'stranger']);
  });

  it.each([
    ['webhook-id', undefined],
    ['webhook-id', ''],
    ['webhook-id', 'a.b'],
    ['webhook-id', 'a b'],
    ['webhook-timestamp', undefined],
    ['webhook-timestamp', '1614265331'],
    ['webhook-timestamp', '1.614265330e9'],
    ['webhook-timestamp', '-1'],
    ['webhook-timestamp', 'NaN'],
    ['webhook-timestamp', '9'.repeat(400)],
    ['webhook-signature', undefined],
    ['webhook-signature', ''],
    ['webhook-signature', 'v1,'],
    ['webhook-signature', [signature, signature]],
  ])('is none where %s is %j', (name, value) => {
    expect(withHeaders({ [name]: value })).toBe('stranger');
  });
});

describe('a secret in the path', () => {
  const proofs: readonly Proof[] = ['authorization', 'hub-signature', 'standard-signature', 'path'];

  it.each(proofs)('counts in place of %s, and against it', (proof) => {
    expect(judged(proof, { path: 'open sesame' })).toBe('authentic');
    for (const path of ['', 'open', 'open sesame ', 'x'.repeat(100_000)])
      expect(judged(proof, { path })).toBe('stranger');
    expect(judged('authorization', { path: 'x', headers: { authorization: 'open sesame' } })).toBe('stranger');
  });

  it('is the only proof of those who can neither sign nor send headers', () => {
    expect(judged('path', { headers: { authorization: 'open sesame' } })).toBe('stranger');
  });
});

describe('what was delivered already', () => {
  it('C10: is known for a time, and of so many', async () => {
    const clock = createManualClock();
    const replays = createReplays(2, 1_000, clock);
    replays.add('a');
    replays.add('b');
    expect([replays.has('a'), replays.has('b'), replays.has('c')]).toEqual([true, true, false]);
    replays.add('c');
    expect([replays.has('a'), replays.has('b'), replays.has('c')]).toEqual([false, true, true]);
    await clock.advance(1_000);
    expect([replays.has('b'), replays.has('c')]).toEqual([false, false]);
  });
});
