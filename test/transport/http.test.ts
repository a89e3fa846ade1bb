import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createManualClock } from './support/clock.ts';
import { createAsk, failureOf } from './support/exchange.ts';
import { startServer, until, type Handler, type TestServer } from './support/server.ts';
import { stackTo, type Closing } from './support/stack.ts';

const closing: Closing = { closers: [] };
afterEach(async () => {
  for (const close of closing.closers.splice(0)) await close();
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  closing.closers.push(server.close);
  return server;
}

const text = (body: Uint8Array): string => Buffer.from(body).toString();

describe('one exchange', () => {
  it('sends what it is asked to and nothing more, and answers with all that came', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'a/b', 'x-twice': ['1', '2'] }).end('hello');
    });
    const { send, exchanges } = stackTo(closing, server);
    const ask = createAsk();
    const response = await send('/v2/a%2Fb/x?n=1&last=%2F', { headers: { accept: 'x/y' }, ask });
    expect(response).toMatchObject({ status: 404, headers: { 'content-type': 'a/b', 'x-twice': ['1', '2'] } });
    expect(text(response.body)).toBe('hello');
    expect(server.requests[0]?.url).toBe('/v2/a%2Fb/x?n=1&last=%2F');
    expect(server.requests[0]?.headers).toEqual({
      host: server.pair,
      connection: 'keep-alive',
      accept: 'x/y',
      'user-agent': 'tributary',
      'accept-encoding': 'identity',
    });
    expect(ask.cost.upstreamRequests).toBe(1);
    expect(exchanges).toEqual([expect.objectContaining({ method: 'GET', status: 404, code: undefined })]);
  });

  it('is refused to an operation that has used up its requests, but not for a token', async () => {
    const server = await serve((_request, response) => response.end('ok'));
    const { send } = stackTo(closing, server);
    const ask = { ...createAsk(), cost: { upstreamRequests: 0, cacheHits: 0, coalesced: 0, mostRequests: 2 } };
    const scope = 'repository:a/b:pull';
    await send('/1', { ask, scope });
    await send('/2', { ask, scope });
    const refused = await failureOf(send('/3', { ask, scope }), 'LIMIT_EXCEEDED');
    expect(refused.details).toEqual({ limit: 'cost', value: 3, max: 2 });
    expect((await send('/token', { ask, scope: undefined as never })).status).toBe(200);
    expect(server.requests.map(({ url }) => url)).toEqual(['/1', '/2', '/token']);
  });

  it('refuses all methods but GET and HEAD, and POST but for token forms, before anything leaves', async () => {
    const server = await serve((_request, response) => response.end());
    const { send } = stackTo(closing, server);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'POST']) {
      await expect(send('/', { method: method as 'GET' })).rejects.toThrow(TypeError);
    }
    await expect(
      send('/', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
    ).rejects.toThrow(TypeError);
    await expect(send('/', { body: 'x' })).rejects.toThrow(TypeError);
    expect(server.connections()).toBe(0);
  });

  it('keeps its connection after HEAD, GET and errors', async () => {
    const server = await serve((_request, response, count) => response.writeHead(count % 2 === 0 ? 404 : 200).end('x'));
    const { send } = stackTo(closing, server, { concurrency: 1 });
    for (let count = 0; count < 6; count += 1) await send('/', { method: count % 2 === 0 ? 'HEAD' : 'GET' });
    expect(server.requests).toHaveLength(6);
    expect(server.connections()).toBe(1);
  });

  it.each([
    ['gzip', gzipSync('decoded')],
    ['deflate', deflateSync('decoded')],
    ['br', brotliCompressSync('decoded')],
    ['identity', Buffer.from('decoded')],
  ])('decodes %s from servers that code without being asked', async (coding, bytes) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': coding, 'content-length': bytes.length }).end(bytes);
    });
    const response = await stackTo(closing, server).send('/');
    expect(text(response.body)).toBe('decoded');
    expect(response.headers['content-length']).toBeUndefined();
  });

  it.each([
    ['an unknown coding', 'zstd', Buffer.from('x')],
    ['two codings', 'gzip, gzip', gzipSync(gzipSync('x'))],
    ['a coding that it is not', 'gzip', Buffer.from('plain')],
    ['half of a coding', 'gzip', gzipSync('x'.repeat(100)).subarray(0, 15)],
  ])('refuses %s', async (_what, coding, bytes) => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_INVALID');
  });

  it('takes a body of exactly as many bytes as allowed, and cuts long errors off', async () => {
    const server = await serve((request, response) =>
      response.writeHead(request.url === '/error' ? 404 : 200, { 'content-length': 100_000 }).end('x'.repeat(100_000)),
    );
    const { send } = stackTo(closing, server);
    expect((await send('/', { maxBytes: 100_000 })).body).toHaveLength(100_000);
    await failureOf(send('/', { maxBytes: 99_999 }), 'UPSTREAM_TOO_LARGE');
    const error = await send('/error', { maxBytes: 10 });
    expect(error.status).toBe(404);
    expect(error.body.length).toBeLessThanOrEqual(64 * 1024 + 65_536);
    expect((await send('/', { method: 'HEAD', maxBytes: 1 })).headers['content-length']).toBe('100000');
  });

  it('ends with an abort, in its reason, and closes the connection', async () => {
    const server = await serve((_request, response) => void response.write('x'));
    const { send, exchanges } = stackTo(closing, server);
    const controller = new AbortController();
    const reason = new Error('nobody waits');
    const call = send('/', { ask: createAsk(controller.signal) });
    await until(() => server.requests.length === 1, 'the request');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await until(() => server.open() === 0, 'the connection to be closed');
    expect(exchanges).toEqual([expect.objectContaining({ code: undefined })]);
  });
});

describe('U09: a body that is too large', () => {
  const megabyte = Buffer.alloc(1024 * 1024);

  async function growthWhile(work: () => Promise<unknown>): Promise<number> {
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    await work();
    clearInterval(watch);
    return (peak - before) / 1024 / 1024;
  }

  it('is ended at the cap where it comes in chunks without end', async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      const pump = (): void => {
        while (sent < 64 && response.writable && !response.destroyed) {
          sent += 1;
          if (!response.write(megabyte)) return void response.once('drain', pump);
        }
      };
      pump();
    });
    const growth = await growthWhile(async () => {
      const failure = await failureOf(
        stackTo(closing, server).send('/', { maxBytes: 4 * 1024 * 1024 }),
        'UPSTREAM_TOO_LARGE',
      );
      expect(failure.details).toMatchObject({ maxBytes: 4 * 1024 * 1024, status: 200 });
    });
    await until(() => server.open() === 0, 'the connection to be closed');
    expect(sent).toBeLessThan(64);
    expect(growth).toBeLessThan(32);
  });

  it('is ended at the cap where 200 KB unpack to 200 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
    expect(bomb.length).toBeLessThan(250_000);
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const growth = await growthWhile(() =>
      failureOf(stackTo(closing, server).send('/', { maxBytes: 4 * 1024 * 1024 }), 'UPSTREAM_TOO_LARGE'),
    );
    await until(() => server.open() === 0, 'the connection to be closed');
    expect(growth).toBeLessThan(32);
  });

  it('is not read at all where it says how large it is', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 5 * 1024 * 1024 }).write('x');
    });
    const failure = await failureOf(
      stackTo(closing, server).send('/', { maxBytes: 4 * 1024 * 1024 }),
      'UPSTREAM_TOO_LARGE',
    );
    expect(failure.message).toContain('5242880');
    await until(() => server.open() === 0, 'the connection to be closed');
  });
});

describe('U12: a registry that does not answer properly', () => {
  it('by never sending headers, or a byte now and then, is left at the deadline', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/drip') {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => {
          clearInterval(drip);
        });
      }
    });
    for (const path of ['/silent', '/drip']) {
      const clock = createManualClock();
      const { send, exchanges } = stackTo(closing, server, { clock });
      const before = server.requests.length;
      const failure = failureOf(send(path), 'UPSTREAM_TIMEOUT');
      await until(() => server.requests.length === before + 1, 'the request');
      await clock.advance(5_000);
      expect((await failure).details.registry).toBe('registry.example');
      await until(() => server.open() === 0, 'the connection to be closed');
      expect(exchanges).toEqual([expect.objectContaining({ code: 'UPSTREAM_TIMEOUT' })]);
    }
  });

  it('by closing in the middle of a body is asked no second time', async () => {
    for (const headers of [{ 'content-length': 100 }, {}]) {
      const server = await serve((_request, response) => {
        response.writeHead(200, headers);
        response.write('half', () => response.destroy());
      });
      const failure = await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_UNAVAILABLE');
      expect(failure.details).toEqual({ registry: 'registry.example', status: 200 });
      expect(server.requests).toHaveLength(1);
    }
  });

  it('is told to the log without what may be a signature', async () => {
    const server = await serve((_request, response) => void response.socket?.resetAndDestroy());
    const lines: string[] = [];
    const note = (details: object, message: string): void => void lines.push(JSON.stringify(details) + message);
    const { send } = stackTo(closing, server, { log: { info: note, warn: note } });
    await failureOf(send('/v2/a?sig=canary&n=5'), 'UPSTREAM_UNAVAILABLE');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('/v2/a?n=5');
    expect(lines.join()).not.toContain('canary');
  });

  it('by closing before an answer is asked once more', async () => {
    const server = await serve((_request, response, count) => {
      if (count === 1) response.socket?.resetAndDestroy();
      else response.end('ok');
    });
    const ask = createAsk();
    expect((await stackTo(closing, server).send('/', { ask })).status).toBe(200);
    expect(ask.cost.upstreamRequests).toBe(2);
    const dead = await serve((_request, response) => void response.socket?.resetAndDestroy());
    await failureOf(stackTo(closing, dead).send('/'), 'UPSTREAM_UNAVAILABLE');
    expect(dead.requests).toHaveLength(2);
  });

  it('by not being there, or not being known, is UPSTREAM_UNAVAILABLE', async () => {
    const server = await serve(() => undefined);
    await server.close();
    expect((await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_UNAVAILABLE')).message).toContain(
      'ECONNREFUSED',
    );
    const lookup = (): Promise<never> =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    const unknown = stackTo(closing, { origin: new URL('https://unknown.example') }, { lookup });
    expect((await failureOf(unknown.send('/'), 'UPSTREAM_UNAVAILABLE')).message).toContain('ENOTFOUND');
  });

  it('by not speaking HTTP is UPSTREAM_INVALID', async () => {
    const server = await serve((_request, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n'));
    await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_INVALID');
  });
});
