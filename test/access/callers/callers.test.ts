import { describe, expect, it } from '@jest/globals';
import { viewerNamed, type Viewer } from '../../../src/access/access.ts';
import { refused, type CallerKind } from '../../../src/access/callers/caller-kind.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { compact, expectNoTrace, refusalOf, standWith } from './support.ts';

const canary = 'canary-of-a-caller-0123456789';
const outage = new GatewayError('AUTH_UNAVAILABLE', 'east: its cluster cannot be asked', {});

/** A kind that knows some tokens, and remembers all that it was shown. */
function kindOf(
  name: string,
  known: Readonly<Record<string, Viewer | Error>> = {},
  concerns: CallerKind['concerns'] = () => 'maybe-mine',
) {
  const shown: string[] = [];
  const kind: CallerKind = {
    name,
    concerns,
    identify: async ({ text }) => {
      shown.push(text.reveal());
      const found = await Promise.resolve(known[text.reveal()]);
      if (found instanceof Error) throw found;
      return found === undefined ? refused('no such token') : { kind: 'viewer', viewer: found };
    },
  };
  return { make: () => kind, shown };
}

const alice = viewerNamed('oidc:corp:alice');
const bot = viewerNamed('token:ci:bot');

describe('who shows no credential', () => {
  it('is anonymous where that is allowed', async () => {
    const { callers } = standWith([], { anonymous: true });
    await expect(callers.identify(undefined)).resolves.toEqual({
      viewer: expect.objectContaining({ id: 'anonymous', groups: [] }),
    });
  });

  it('is told what is expected where it is not', async () => {
    const error = await refusalOf(standWith([]).callers.identify(undefined));
    expect(error.code).toBe('UNAUTHENTICATED');
    expect(error.message).toContain('`Authorization: Bearer <token>`');
  });
});

describe('the header Authorization', () => {
  it.each([`Bearer ${canary}`, `bearer ${canary}`, `BEARER   ${canary} `])('may be written %j', async (header) => {
    const { callers } = standWith([kindOf('ci', { [canary]: bot }).make]);
    await expect(callers.identify(header)).resolves.toMatchObject({ viewer: bot });
  });

  it.each([
    ['empty', ''],
    ['a scheme alone', 'Bearer'],
    ['a scheme and a blank', 'Bearer '],
    ['a token alone', canary],
    ['of another scheme', `Basic ${canary}`],
    ['of two tokens', `Bearer ${canary} ${canary}`],
    ['of two headers in one', `Bearer ${canary}, Bearer ${canary}`],
    ['of a token with other signs', `Bearer ${canary}"`],
    ['of a token with a break', `Bearer ${canary}\n${canary}`],
    ['too long', `Bearer ${canary}${'x'.repeat(16_384)}`],
  ])('is refused where it is %s, though anonymous is allowed', async (_, header) => {
    const ci = kindOf('ci', { [canary]: bot });
    const { callers, lines } = standWith([ci.make], { anonymous: true });
    const error = await refusalOf(callers.identify(header));
    expect(error.code).toBe('UNAUTHENTICATED');
    expect(error.message).toContain('expected is the header `Authorization: Bearer <token>`');
    expectNoTrace([...lines, error.message], canary);
    expect(ci.shown).toEqual([]);
  });
});

describe('a token', () => {
  it('is shown to one kind after another, in their order, until one knows it', async () => {
    const [first, second, third] = [kindOf('a'), kindOf('b', { [canary]: bot }), kindOf('c', { [canary]: alice })];
    const { show } = standWith([first.make, second.make, third.make]);
    await expect(show(canary)).resolves.toBe(bot);
    expect([first.shown, second.shown, third.shown]).toEqual([[canary], [canary], []]);
  });

  it('that is one kind’s own is shown to no other, even where that one refuses it or cannot tell', async () => {
    const token = compact({ alg: 'RS256' }, { iss: 'https://sso' }, () => 'AAAA');
    const claiming =
      (own: boolean): CallerKind['concerns'] =>
      ({ claims }) =>
        claims?.issuer === 'https://sso' && own ? 'only-mine' : 'maybe-mine';
    for (const known of [{}, { [token]: outage }]) {
      const [cluster, issuer] = [kindOf('east', { [token]: bot }), kindOf('corp', known, claiming(true))];
      const { refusal } = standWith([cluster.make, issuer.make]);
      await refusal(token);
      expect([cluster.shown, issuer.shown]).toEqual([[], [token]]);
    }
  });

  it('is not shown to who says that it is not theirs', async () => {
    const issuer = kindOf('corp', { [canary]: alice }, () => 'not-mine');
    await expect(standWith([issuer.make]).refusal(canary)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(issuer.shown).toEqual([]);
  });

  it('that nobody knows is refused in words that tell nothing, and why is for the log', async () => {
    const { refusal, lines } = standWith([kindOf('ci').make], { anonymous: true });
    const error = await refusal(canary);
    expect([error.code, error.message, error.details]).toEqual(['UNAUTHENTICATED', 'the token is not accepted', {}]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'debug', callers: 'ci', why: 'no such token' },
    ]);
    expectNoTrace(lines, canary);
  });

  it('that one knows is taken though another cannot be asked', async () => {
    const { show } = standWith([kindOf('east', { [canary]: outage }).make, kindOf('ci', { [canary]: bot }).make]);
    await expect(show(canary)).resolves.toBe(bot);
  });

  it('T08: that nobody knows while one cannot be asked makes nobody of who shows it, not even anonymous', async () => {
    const kinds = [kindOf('east', { [canary]: outage }).make, kindOf('ci').make];
    const { refusal } = standWith(kinds, { anonymous: true });
    await expect(refusal(canary)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE', retryable: true });
  });

  it('lets nobody in where asking fails by a fault of ours, which is logged', async () => {
    const { refusal, lines } = standWith([kindOf('east', { [canary]: new TypeError('oops') }).make]);
    await expect(refusal(canary)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
  });

  it('is worth a warning once a minute while a kind cannot be asked', async () => {
    const { refusal, lines, clock } = standWith([kindOf('east', { [canary]: outage }).make]);
    const warnings = (): number => lines.filter((line) => line.includes('"level":"warn"')).length;
    await refusal(canary);
    await clock.advance(59_999);
    await refusal(canary);
    expect(warnings()).toBe(1);
    await clock.advance(1);
    await refusal(canary);
    expect(warnings()).toBe(2);
    expectNoTrace(lines, canary);
  });
});
