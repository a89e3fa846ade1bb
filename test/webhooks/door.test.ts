import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookFormat } from '../../src/webhooks/formats.ts';
import type { RawAnswer } from '../gateway/raw.ts';
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

const formats = Object.keys(registries) as readonly WebhookFormat[];

let stand: WebhookStand;
beforeEach(async () => {
  stand = await startWebhookStand();
});
afterEach(async () => {
  await stand.close();
  expectNoLeak(stand);
});

const accepted = { accepted: 1 };
const document = (answer: RawAnswer): unknown => JSON.parse(answer.text);

/** The header that proves to know the secret, in the way of the format. */
function proof(format: WebhookFormat, body = bodies[format]): Record<string, string> {
  if (format === 'generic') return stand.signed(body);
  if (format === 'github') return hubSignature(body);
  // As a header, which node:http sends as latin1.
  return { authorization: Buffer.from(secretOf(format)).toString('latin1') };
}

describe('a delivery', () => {
  it.each(['generic', 'github'] as const)('of the format %s is taken from who signs it', async (format) => {
    const answer = await stand.send(registries[format], { headers: proof(format), body: bodies[format] });
    expect([answer.status, document(answer)]).toEqual([202, accepted]);
    expect(stand.hints).toEqual([`${registries[format]}/team/app:1`]);
    expect(stand.outcomes).toMatchObject([{ registry: registries[format], kind: 'hints' }]);
  });

  it.each(['distribution', 'harbor'] as const)(
    'of the format %s is taken with the header that is the secret',
    async (format) => {
      stand.writeSecret(format, 'plain');
      for (const authorization of ['plain', 'Bearer plain']) {
        const answer = await stand.send(registries[format], { headers: { authorization }, body: bodies[format] });
        expect([answer.status, document(answer)]).toEqual([202, accepted]);
      }
      expect(stand.hints).toHaveLength(2);
    },
  );

  it.each(formats)('of the format %s is taken with the secret in the path', async (format) => {
    const answer = await stand.send(inPath(format), { body: bodies[format] });
    expect([answer.status, document(answer)]).toEqual([202, accepted]);
    expect(stand.hints).toEqual([`${registries[format]}/team/app:1`]);
  });

  it.each([
    'application/json; charset=utf-8',
    'application/cloudevents+json',
    'application/cloudevents+json; charset=UTF-8',
    'application/vnd.docker.distribution.events.v1+json',
    'application/vnd.docker.distribution.events.v2+json',
  ])('may come as %s', async (type) => {
    const answer = await stand.send(inPath('distribution'), {
      headers: { 'content-type': type },
      body: bodies.distribution,
    });
    expect(answer.status).toBe(202);
  });

  it('finds its registry in any letter case, and with its port written in any way', async () => {
    const secret = encodeURIComponent(secretOf('generic'));
    for (const name of ['GENERIC.example:5000', 'generic.example%3A5000', 'generic.example%3a5000']) {
      expect((await stand.send(`${name}/${secret}?a=b`, { body: bodies.generic })).status).toBe(202);
    }
  });

  it('C10: of no interest is answered as well as any other, and says why', async () => {
    const pull = JSON.stringify({ events: [{ action: 'pull', target: { repository: 'team/app', tag: '1' } }] });
    const answer = await stand.send(inPath('distribution'), { body: pull });
    expect([answer.status, document(answer)]).toEqual([202, { accepted: 0, ignored: '"pull" changes no tag' }]);
    const ping = await stand.send(inPath('github'), {
      headers: { 'x-github-event': 'ping' },
      body: '{"zen":"","hook_id":1}',
    });
    expect([ping.status, document(ping)]).toEqual([202, { accepted: 0, ignored: '"ping" is not about a package' }]);
    expect(stand.hints).toEqual([]);
  });

  it('of another format is refused with what to configure', async () => {
    const answer = await stand.send(inPath('generic'), { body: bodies.harbor });
    expect([answer.status, document(answer)]).toMatchObject([
      422,
      { errors: [{ message: expect.stringContaining('so set webhook.format: harbor') }] },
    ]);
    expect(stand.outcomes).toMatchObject([{ kind: 'refused', why: expect.stringContaining('harbor') }]);
  });

  it.each(['', '{', 'null', '[]', '"', '[['.repeat(50_000), '{"repository":"team/app"} ', '\ud800'])(
    'of odd JSON (%#) is answered',
    async (body) => {
      expect([202, 422]).toContain((await stand.send(inPath('generic'), { body })).status);
    },
  );

  it('of bytes that are no text is refused', async () => {
    const answer = await stand.send(inPath('generic'), { body: new Uint8Array([0x22, 0xff, 0x22]) });
    expect([answer.status, document(answer)]).toMatchObject([422, { errors: [{ message: 'it is not JSON' }] }]);
  });
});

describe('the same delivery a thousand times', () => {
  it('C10: is one hint where it is signed with its time', async () => {
    const headers = proof('generic');
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => stand.send(registries.generic, { headers, body: bodies.generic })),
      );
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses]).toEqual([202]);
    expect(stand.hints).toEqual(['generic.example:5000/team/app:1']);
    const again = await stand.send(registries.generic, { headers, body: bodies.generic });
    expect(document(again)).toEqual({ accepted: 0, ignored: 'it was delivered before' });
    // A new delivery of the same change is none of the old one's repetitions.
    const other = { headers: stand.signed(bodies.generic, { id: 'msg_2' }), body: bodies.generic };
    expect(document(await stand.send(registries.generic, other))).toEqual(accepted);
  });

  it('C10: is taken as often as the registry may send, and put off beyond', async () => {
    await stand.close();
    stand = await startWebhookStand({ burst: 5, perSecond: 1 });
    let tag = 0;
    const send = () =>
      fetch(`${stand.url}/webhooks/${inPath('quay')}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...(JSON.parse(bodies.quay) as object), updated_tags: [`t${(tag += 1)}`] }),
      });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    const flooded = await send();
    expect([flooded.status, flooded.headers.get('retry-after')]).toEqual([429, '1']);
    // Each registry has its own share.
    expect((await stand.send(inPath('generic'), { body: bodies.generic })).status).toBe(202);
    await stand.clock.advance(1_000);
    expect((await send()).status).toBe(202);
    expect(stand.hints.filter((hint) => hint.startsWith('quay.example'))).toHaveLength(6);
  });

  it('L07: about one tag all the time leaves the share of its registry to the others', async () => {
    await stand.close();
    stand = await startWebhookStand({ burst: 2, perSecond: 1 });
    const send = async (tag: string): Promise<number> => {
      const body = JSON.stringify({ repository: 'team/app', tag });
      const headers = stand.signed(body, { id: `msg_${(deliveries += 1)}` });
      return (await stand.send(registries.generic, { headers, body })).status;
    };
    let deliveries = 0;
    for (let count = 0; count < 20; count += 1) expect(await send('hot')).toBe(202);
    expect([await send('other'), await send('third'), await send('hot')]).toEqual([202, 429, 202]);
    // A moment later it counts once more.
    await stand.clock.advance(1_000);
    expect([await send('hot'), await send('third'), await send('hot')]).toEqual([202, 429, 202]);
    // Nothing that was taken is kept back: the last of them may be the one that matters.
    expect(stand.hints.filter((hint) => hint.endsWith(':hot'))).toHaveLength(23);
  });

  it('C10: is taken as often as it comes where it is of no interest', async () => {
    await stand.close();
    stand = await startWebhookStand({ burst: 1, perSecond: 1 });
    const pull = JSON.stringify({ events: [{ action: 'pull', target: { repository: 'team/app', tag: '1' } }] });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stand.send(inPath('distribution'), { body: pull })),
    );
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    expect((await stand.send(inPath('distribution'), { body: bodies.distribution })).status).toBe(202);
  });

  it('C10: put off is no delivery that was taken', async () => {
    await stand.close();
    stand = await startWebhookStand({ burst: 1, perSecond: 1 });
    const other = JSON.stringify({ repository: 'team/other', tag: '1' });
    expect((await stand.send(inPath('generic'), { body: other })).status).toBe(202);
    const request = { headers: proof('generic'), body: bodies.generic };
    expect((await stand.send(registries.generic, request)).status).toBe(429);
    await stand.clock.advance(1_000);
    expect(document(await stand.send(registries.generic, request))).toEqual(accepted);
  });
});

describe('the door', () => {
  it('C10: answers before anybody looks at the hints, and asks nobody whom a payload names', async () => {
    let asked = 0;
    const trap = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const bait = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
    const body = JSON.stringify({
      callback_url: bait,
      push_data: { tag: '1', digest: `sha256:${'0'.repeat(64)}` },
      repository: { repo_name: 'team/app', repo_url: bait },
    });
    const startedAt = performance.now();
    const answer = await stand.send(inPath('docker-hub'), { body });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect([answer.status, document(answer)]).toEqual([202, accepted]);
    const events = [{ action: 'push', target: { repository: 'team/app', tag: '1', url: bait } }];
    await stand.send(inPath('distribution'), { body: JSON.stringify({ events }) });
    expect(stand.hints).toEqual(['docker-hub.example/team/app:1', 'distribution.example/team/app:1']);
    await new Promise((resolve) => trap.close(resolve));
    expect(asked).toBe(0);
  });

  it('takes a new secret from the file within a second, and the old one no more', async () => {
    expect((await stand.send(inPath('quay'), { body: bodies.quay })).status).toBe(202);
    stand.writeSecret('quay', 'another secret');
    await stand.clock.advance(1_000);
    expect((await stand.send(inPath('quay'), { body: bodies.quay })).status).toBe(401);
    expect((await stand.send(inPath('quay', 'another secret'), { body: bodies.quay })).status).toBe(202);
  });

  it.each([undefined, '', '\n'])(
    'says that it is not ready where the secret is %j, and takes nothing',
    async (secret) => {
      stand.writeSecret('quay', secret);
      for (const path of [registries.quay, `${registries.quay}/`, inPath('quay')]) {
        expect((await stand.send(path, { body: bodies.quay })).status).toBe(503);
      }
      expect(stand.outcomes[0]).toMatchObject({ kind: 'unready', why: expect.stringMatching(/no file|is empty/) });
      expect(stand.hints).toEqual([]);
    },
  );

  it('tells of a fault of whoever takes the hints, who has no way to spoil the answer', async () => {
    await stand.close();
    const failing = await startWebhookStand({
      onHints: () => {
        throw new Error('of the test');
      },
    });
    const answer = await failing.send(inPath('quay'), { body: bodies.quay });
    await failing.close();
    expect([answer.status, document(answer)]).toEqual([202, accepted]);
    expect(failing.faults).toHaveLength(1);
    stand = await startWebhookStand();
  });
});
