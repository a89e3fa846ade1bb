import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseChallenge, parseChallenges } from '../../src/transport/challenge.ts';
import { checkRealm } from '../../src/transport/realm.ts';
import { registry } from './support/exchange.ts';
import { readCorpus } from './support/corpus.ts';

const base = new URL('https://r.example/v2/');

function parsed(header: string | readonly string[]): unknown {
  return parseChallenges(header).map(({ scheme, token68, parameters }) => ({
    scheme,
    ...(token68 === undefined ? {} : { token68 }),
    ...Object.fromEntries(parameters),
  }));
}

describe('challenges', () => {
  it('are read with their parameters', () => {
    expect(parsed('Bearer realm="https://a.example/t",service="s",scope="repository:a/b:pull,push"')).toEqual([
      { scheme: 'bearer', realm: 'https://a.example/t', service: 's', scope: 'repository:a/b:pull,push' },
    ]);
  });

  it('may be several in one header, or in several', () => {
    const two = [
      { scheme: 'bearer', realm: 'https://c.example/v2/token', scope: '*' },
      { scheme: 'basic', realm: 'https://c.example/v2', scope: '*' },
    ];
    expect(
      parsed('Bearer realm="https://c.example/v2/token",scope="*",Basic realm="https://c.example/v2",scope="*"'),
    ).toEqual(two);
    expect(
      parsed(['Bearer realm="https://c.example/v2/token",scope="*"', 'Basic realm="https://c.example/v2",scope="*"']),
    ).toEqual(two);
  });

  it('may have values without quotes, space around "=", and names in any case', () => {
    expect(parsed('Basic realm=openshift,error="access denied"')).toEqual([
      { scheme: 'basic', realm: 'openshift', error: 'access denied' },
    ]);
    expect(parsed('bearer REALM = "https://a.example/t" , Service= s')).toEqual([
      { scheme: 'bearer', realm: 'https://a.example/t', service: 's' },
    ]);
    expect(parsed('Bearer realm=https://a.example/t?x=y')).toEqual([
      { scheme: 'bearer', realm: 'https://a.example/t?x=y' },
    ]);
  });

  it('may escape characters, and end too early', () => {
    expect(parsed('Bearer slashed="he\\"\\l\\lo"')).toEqual([{ scheme: 'bearer', slashed: 'he"llo' }]);
    expect(parsed('Bearer realm="https://a.example')).toEqual([{ scheme: 'bearer', realm: 'https://a.example' }]);
    expect(parsed('Bearer realm="a\\')).toEqual([{ scheme: 'bearer', realm: 'a' }]);
  });

  it('may carry a token instead of parameters, or nothing', () => {
    expect(parsed('Negotiate, Basic realm="r"')).toEqual([{ scheme: 'negotiate' }, { scheme: 'basic', realm: 'r' }]);
    expect(parsed('Negotiate YII+/a==, Basic realm="r"')).toEqual([
      { scheme: 'negotiate', token68: 'YII+/a==' },
      { scheme: 'basic', realm: 'r' },
    ]);
  });

  it('are none where there is nothing that can be read', () => {
    expect(parseChallenges(undefined)).toEqual([]);
    expect(parsed('')).toEqual([]);
    expect(parsed('realm="x"')).toEqual([]);
    expect(parsed('"," ;;; =')).toEqual([]);
  });

  it('never throw, whatever a server sends', () => {
    const hostile = fc
      .array(fc.constantFrom('Bearer', 'realm', '=', '"', '\\', ',', ' ', '\t', ';', '/', 'é', '\u0000'), {
        maxLength: 80,
      })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), hostile), (header) => {
        chooseChallenge(parseChallenges(header), base);
      }),
      { numRuns: 2_000 },
    );
  });

  it('read back what was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const challenge = fc.record({
      scheme: name,
      parameters: fc.uniqueArray(fc.tuple(name, fc.string({ maxLength: 20 })), {
        minLength: 1,
        maxLength: 4,
        selector: ([key]) => key,
      }),
    });
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 4 }), (challenges) => {
        const header = challenges
          .map(({ scheme, parameters }) => {
            const list = parameters.map(([key, value]) => `${key}="${value.replace(/["\\]/g, '\\$&')}"`);
            return `${scheme} ${list.join(', ')}`;
          })
          .join(', ');
        const read = parseChallenges(header).map(({ scheme, parameters }) => ({ scheme, parameters: [...parameters] }));
        expect(read).toEqual(challenges);
      }),
    );
  });

  it('take time in proportion to their length', () => {
    const started = performance.now();
    for (const piece of ['a ', 'a=', '"', '\\"', ', ', 'a="', '=']) parseChallenges(piece.repeat(8_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('the challenge to answer', () => {
  const choose = (header: string): unknown => chooseChallenge(parseChallenges(header), base);

  it('is Bearer where its realm is a URL', () => {
    expect(choose('Basic realm="x", Bearer realm="https://a.example/t",scope="a b"')).toEqual({
      kind: 'bearer',
      realm: new URL('https://a.example/t'),
      service: undefined,
      scopes: ['a', 'b'],
    });
    expect(choose('Bearer realm="/token",service="x"')).toMatchObject({ realm: new URL('https://r.example/token') });
  });

  it('is Basic where Bearer cannot be used', () => {
    expect(choose('Bearer realm="Artifactory Realm", Basic realm="r"')).toEqual({ kind: 'basic' });
    expect(choose('Bearer service="x"')).toBeUndefined();
    expect(choose('Negotiate')).toBeUndefined();
  });
});

interface Vector {
  readonly header: string;
  readonly host: string;
  readonly reject?: boolean;
  readonly rejectWithCredentials?: boolean;
}

describe('the shared challenge vectors', () => {
  const vectors = readCorpus('auth/challenges.json') as readonly Vector[] | undefined;
  if (vectors === undefined) {
    it('are not here: corpus absent', () => {
      expect(vectors).toBeUndefined();
    });
    return;
  }

  it.each(vectors)('$host: $header', ({ header, host, reject = false, rejectWithCredentials = false }) => {
    const origin = new URL(`https://${host}`);
    const choice = chooseChallenge(parseChallenges(header), new URL('/v2/x/tags/list', origin));
    const shouldRefuse = reject || rejectWithCredentials;
    const refuses = (): boolean => {
      if (choice?.kind !== 'bearer') return choice === undefined;
      // Of these registries the realm is on a host of its own, which takes a line of configuration.
      const tokenRealms = host === 'registry.example.com' ? ['https://auth.example.com'] : [];
      try {
        checkRealm(choice.realm, { registry, origin, tokenRealms, insecure: false });
        return false;
      } catch {
        return true;
      }
    };
    expect(refuses()).toBe(shouldRefuse);
    const expectsBearer = /bearer .*realm/i.test(header);
    expect(choice?.kind).toBe(expectsBearer ? 'bearer' : /basic/i.test(header) ? 'basic' : undefined);
    const scope = /scope="([^"]*)"/i.exec(header)?.[1];
    if (choice?.kind === 'bearer') {
      expect(choice.scopes).toEqual(scope === undefined ? [] : scope.split(' '));
      expect(choice.service).toBe(/service ?= ?"([^"]*)"/i.exec(header)?.[1]);
    }
  });

  it('unescape what is escaped', () => {
    const vector = vectors.find(({ header }) => header.includes('slashed'));
    expect(parseChallenges(vector?.header)[0]?.parameters.get('slashed')).toBe('he"llo');
  });
});
