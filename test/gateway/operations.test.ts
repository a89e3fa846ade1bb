import { afterEach, describe, expect, it } from '@jest/globals';
import { anonymous } from '../../src/access/access.ts';
import type { Callers } from '../../src/access/callers/callers.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Outside } from '../../src/open-registries.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { EventLog } from '../../src/store/store.ts';
import { bearer, createFakeCallers } from '../support/fake-callers.ts';
import { canary, canaryToken, secretsIn } from './canary.ts';
import { sendRaw } from './raw.ts';
import { expectCoded, names, post, startStand, wholeOf, type Stand } from './stand.ts';

const app = (key: keyof typeof names, tag = '1'): string => `${names[key]}/team/app:${tag}`;

describe('a gateway that is told to stop', () => {
  let stand: Stand;
  afterEach(async () => {
    await stand.stop();
    await stand.close();
  });

  it('O01: finishes what is under way, says that it drains, and is gone', async () => {
    // The registry is held up for as long as the rest takes, which is no reason to give it up.
    stand = await startStand({ config: { limits: { upstreamTimeout: '20s', operation: '20s' } } });
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    stand.c.fail(() => ({ kind: 'wait', until }));
    const underWay = stand.askAll();
    await stand.c.received(1);
    const stopped = stand.stop();
    expect((await fetch(`${stand.url}/livez`)).status).toBe(200);
    const ready = await fetch(`${stand.url}/readyz`);
    expect({ status: ready.status, body: await ready.json(), connection: ready.headers.get('connection') }).toEqual({
      status: 503,
      body: { status: 'draining' },
      connection: 'close',
    });
    release();
    const asked = await underWay;
    expect(asked).toMatchObject({
      status: 200,
      data: { a: wholeOf('a'), b: wholeOf('b'), c: wholeOf('c') },
      errors: [],
    });
    await stopped;
    await expect(fetch(`${stand.url}/livez`)).rejects.toThrow('fetch failed');
  });

  it('O01: does not wait longer for a registry than the registry may take', async () => {
    stand = await startStand();
    stand.c.fail(() => ({ kind: 'hang' }));
    const underWay = stand.askAll();
    await stand.c.received(1);
    const stopped = stand.stop();
    expectCoded(await underWay, 'UPSTREAM_TIMEOUT');
    await stopped;
  });
});

describe('a gateway in operation', () => {
  let stand: Stand;
  afterEach(() => stand.end());

  it('O02: is alive and ready while none of its registries answers', async () => {
    stand = await startStand();
    await Promise.all([stand.a.close(), stand.b.close(), stand.c.close()]);
    const { errors } = await stand.askAll();
    expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions['registry']]).toSorted()).toEqual(
      Object.entries(names).map(([key, name]) => [[key], 'UPSTREAM_UNAVAILABLE', name]),
    );
    expect(await stand.get('/livez')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await stand.get('/readyz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    const { text } = await stand.get('/metrics');
    for (const name of Object.values(names)) expect(text).toContain(`tributary_registry_up{registry="${name}"} 0`);
    expect(await stand.ask('{ registries { name } }')).toMatchObject({ status: 200, errors: [] });
  });

  it('O02: is alive and ready while its store does not answer, and says of what needs it that it is not there', async () => {
    const store = await openStore({ url: ':memory:' });
    let isAway = false;
    const away = (): Promise<never> => Promise.reject(new GatewayError('UNAVAILABLE', 'the store does not answer', {}));
    const read: EventLog['read'] = (query) => (isAway ? away() : store.log.read(query));
    const seen = {
      ...store,
      epoch: store.epoch,
      log: { ...store.log, read, bounds: () => (isAway ? away() : store.log.bounds()) },
    };
    stand = await startStand({ change: (outside) => ({ ...outside, openStore: () => Promise.resolve(seen) }) });
    isAway = true;
    const { errors } = await stand.ask('{ tagEvents(first: 1) { nodes { kind } } }');
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE']);
    expect((await stand.askAll()).errors).toEqual([]);
    expect(await stand.get('/livez')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await stand.get('/readyz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  });

  it('O02: is alive and ready while nobody can be asked who calls, and lets nobody in meanwhile', async () => {
    const callers = createFakeCallers();
    let isOpen = false;
    const seen: Callers = {
      identify: (shown) => (isOpen ? Promise.resolve({ viewer: anonymous }) : callers.identify(shown)),
    };
    stand = await startStand({ change: (outside) => ({ ...outside, openCallers: () => seen }) });
    callers.outage = true;
    const refused = await post(stand.url, { query: '{ registries { name } }' }, bearer('alice'));
    expect({ status: refused.status, code: refused.errors[0]?.extensions.code }).toEqual({
      status: 503,
      code: 'AUTH_UNAVAILABLE',
    });
    expect(await stand.get('/livez')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await stand.get('/readyz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    // The end of each test asks without a token.
    isOpen = true;
  });

  it('O05: shows no credential in an answer, a metric or a line of its log, whatever happens to it', async () => {
    const forgotten: string[] = [];
    stand = await startStand({
      change: (outside) => ({
        ...outside,
        log: { ...outside.log, info: (details, message) => forgotten.push(message + JSON.stringify(details)) },
      }),
    });
    const { c } = stand;
    const realm = `${c.url}/token`;
    // C gives a token for the credential, wants it, and says both again wherever it may.
    let broken: 'refuses' | 'limits' | 'fails' | 'redirects' | 'links' | undefined;
    c.fail(({ path, headers, query }) => {
      const said = `${headers.authorization ?? ''} ${query.get('account') ?? ''}`;
      const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `you said ${said}` }] });
      const json = { 'content-type': 'application/json' };
      if (path === '/token')
        return { kind: 'status', status: 200, headers: json, body: JSON.stringify({ token: canaryToken }) };
      if (headers.authorization !== `Bearer ${canaryToken}`)
        return { kind: 'challenge', challenge: `Bearer realm="${realm}",service="s"` };
      const echo = { kind: 'status', headers: { ...json, 'x-said': said }, body } as const;
      switch (broken) {
        case 'refuses':
          return { ...echo, status: 403 };
        case 'limits':
          return {
            ...echo,
            status: 429,
            headers: {
              ...echo.headers,
              'retry-after': '1',
              'docker-ratelimit-source': said,
              'ratelimit-limit': '1;w=1',
            },
          };
        case 'fails':
          return { ...echo, status: 500 };
        case 'redirects':
          return { kind: 'redirect', location: `http://evil.invalid/?token=${canaryToken}` };
        case 'links':
          return [
            { kind: 'tags', tags: ['1'] },
            { kind: 'link', value: `http://evil.invalid/?token=${canaryToken}` },
          ];
        default:
          return { kind: 'html' };
      }
    });
    for (const kind of [undefined, 'redirects', 'links', 'refuses', 'fails', 'limits'] as const) {
      broken = kind;
      const asked = await stand.ask(
        `{ c: image(reference: "${app('c', kind ?? 'none')}") { config { user } } l: repository(reference: "${names.c}/team/app") { tags { nodes { name } } }
           r: registries { rateLimit { source } health { lastError { message } } } }`,
      );
      expect({ kind, errors: asked.errors.length }).toEqual({ kind, errors: 2 });
    }
    expect(c.requests.some(({ headers }) => headers.authorization === `Bearer ${canaryToken}`)).toBe(true);
    expect(c.requests.some(({ path }) => path.includes(encodeURIComponent(canary.username)))).toBe(true);
    for (const line of forgotten) expect(secretsIn(line)).toEqual([]);
  });

  it('O06: logs one line of JSON for each thing, whatever is in the names and errors it is about', async () => {
    const harm = `\u001b[2J\r\n{"level":"error","forged":true}\u202e\u2028"'\\ ${'x'.repeat(10_000)}`;
    let faults = 0;
    const change = (outside: Outside): Outside => ({
      ...outside,
      log: {
        ...outside.log,
        warn: (details: Readonly<Record<string, unknown>>, message: string) => {
          outside.log.warn(details, message);
          faults += 1;
          throw new Error(harm, { cause: new Error(harm) });
        },
      },
    });
    stand = await startStand({ change });
    const body = JSON.stringify({ errors: [{ code: harm, message: harm }] });
    stand.c.fail(() => ({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1', 'content-type': 'application/json' },
      body,
    }));
    const query = `query Q($r: String!) { ${'x'.repeat(500)}: image(reference: $r) { digest } }`;
    const asked = await post(
      stand.url,
      { query, operationName: 'Q', variables: { r: app('c') } },
      { 'user-agent': 'x"\'\\ {"level":"fatal"}' },
    );
    expect(asked.errors).toMatchObject([{ message: 'internal error', extensions: { code: 'INTERNAL' } }]);
    await stand.ask(`query ($r: String!) { image(reference: $r) { digest } }`, { r: `${names.c}/${harm}` });
    await post(stand.url, { query: '{ registries { name } }', operationName: harm });
    await sendRaw(stand.url, {
      headers: { 'content-type': 'application/json', 'x-request-id': 'a b\t{"x":1}' },
      body: JSON.stringify({ query: '{ registries { name } }' }),
    });
    expect(faults).toBe(1);
    expect(stand.log.length).toBeGreaterThanOrEqual(2);
    for (const line of stand.log) {
      expect(line).toMatch(/^\{[^\p{Cc}\u2028\u2029\u202a-\u202e]*\}\n$/u);
      expect(line.length).toBeLessThan(20_000);
      expect(JSON.parse(line)).toMatchObject({
        level: expect.stringMatching(/^(?:warn|error)$/),
        time: expect.any(String),
      });
      expect(JSON.parse(line)).not.toHaveProperty('forged');
    }
  });

  it('O06: names a request in its own words where the name it was given is not fit for a log', async () => {
    stand = await startStand();
    const query = '{ image(reference: "..") { digest } }';
    const named = await post(stand.url, { query }, { 'x-request-id': 'from-the-proxy.1' });
    expect(named.headers.get('x-request-id')).toBe('from-the-proxy.1');
    expect(named.errors[0]?.extensions['requestId']).toBe('from-the-proxy.1');
    for (const bad of ['a b', '<b>', 'x'.repeat(65), 'a"b']) {
      const { headers, errors } = await post(stand.url, { query }, { 'x-request-id': bad });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(errors[0]?.extensions['requestId']).toBe(headers.get('x-request-id'));
    }
  });
});
