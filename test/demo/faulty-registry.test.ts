import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../demo/registry/store.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import type { Fault, FaultyRegistry } from '../support/faulty-registry.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';
import { field } from './registry-client.ts';

let registry: FaultyRegistry;
let digest: string;

beforeEach(async () => {
  registry = await createFaultyRegistry();
  digest = seed(registry.store).multi('team/app', 'latest', [linuxAmd64, linuxArm64]).digest;
});

afterEach(() => registry.close());

const manifestPath = '/v2/team/app/manifests/latest';
const tagsPath = '/v2/team/app/tags/list';

function ask(path: string, fault?: Fault | readonly Fault[], init: RequestInit = {}): Promise<Response> {
  registry.fail(() => fault);
  return fetch(`${registry.url}${path}`, { redirect: 'manual', ...init });
}

/** What arrives of an answer until the connection ends, or until it is not to be waited for any longer. */
function arriving(
  path: string,
  fault: Fault,
  enough: (bytes: number) => boolean,
): Promise<{ readonly bytes: number; readonly ended: string }> {
  registry.fail(() => fault);
  return new Promise((resolve) => {
    let bytes = 0;
    const sent = httpRequest(`${registry.url}${path}`, (response) => {
      const finish = (ended: string): void => {
        resolve({ bytes, ended });
        sent.destroy();
      };
      if (enough(0)) finish('headers');
      response.on('data', (piece: Buffer) => {
        bytes += piece.byteLength;
        if (enough(bytes)) finish('enough');
      });
      response.once('end', () => {
        finish('whole');
      });
      response.once('error', () => {
        finish('cut');
      });
    });
    sent.once('error', (error) => {
      resolve({ bytes, ended: 'code' in error ? String(error.code) : error.message });
    });
    sent.end();
  });
}

describe('a faulty registry', () => {
  it('answers well without a fault, and remembers what it was asked', async () => {
    const response = await ask(`${tagsPath}?n=1`, undefined, { headers: { authorization: 'Bearer a' } });
    expect(await field(response, 'tags')).toEqual(['latest']);
    expect(registry.requests).toEqual([
      expect.objectContaining({ method: 'GET', path: `${tagsPath}?n=1`, origin: registry.url }),
    ]);
    expect(registry.requests[0]?.headers.authorization).toBe('Bearer a');
    expect(registry.lines()).toEqual([`GET ${tagsPath}?n=1`]);
  });

  it('lets a rule choose by request and by count', async () => {
    registry.fail(({ path }, nth) => (path === tagsPath && nth < 3 ? { kind: 'status', status: 503 } : undefined));
    const statuses: number[] = [];
    for (const path of [tagsPath, manifestPath, tagsPath, tagsPath])
      statuses.push((await fetch(`${registry.url}${path}`)).status);
    expect(statuses).toEqual([503, 200, 200, 200]);
  });

  it('answers with any status, headers and body', async () => {
    const response = await ask(tagsPath, { kind: 'status', status: 418, headers: { 'x-a': 'b' }, body: 'short' });
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([418, 'b', 'short']);
  });

  it('changes bytes and leaves type, length and digest header as they were', async () => {
    const response = await ask(manifestPath, { kind: 'wrong-bytes' });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(digestOf(bytes)).not.toBe(digest);
    expect(JSON.parse(bytes.toString())).toMatchObject({ schemaVersion: 2 });
  });

  it('leaves headers out, replaces them, and combines faults', async () => {
    const response = await ask(manifestPath, [
      { kind: 'headers', remove: ['docker-content-digest', 'etag'], set: { 'content-type': 'text/plain' } },
      { kind: 'gzip' },
    ]);
    expect(
      ['docker-content-digest', 'etag', 'content-type', 'content-encoding'].map((name) => response.headers.get(name)),
    ).toEqual([null, null, 'text/plain', 'gzip']);
    expect(digestOf(Buffer.from(await response.arrayBuffer()))).toBe(digest);
  });

  it('sends pages for people, garbage and deep JSON with status 200', async () => {
    const html = await ask(tagsPath, { kind: 'html' });
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await expect((await ask(tagsPath, { kind: 'garbage' })).json()).rejects.toThrow(/JSON/);
    expect(await (await ask(tagsPath, { kind: 'deep-json', depth: 3 })).text()).toBe('{"a":{"a":{"a":1}}}');
  });

  it('lists odd tags', async () => {
    for (const tags of [null, ['a', null], [digest]])
      expect(await field(await ask(tagsPath, { kind: 'tags', tags }), 'tags')).toEqual(tags);
  });

  it('links to pages without end, to the same page, and to elsewhere', async () => {
    const link = async (fault: Fault, query = ''): Promise<unknown> =>
      (await ask(`${tagsPath}${query}`, fault)).headers.get('link');
    expect(await link({ kind: 'endless-links' })).toBe(`<${tagsPath}?n=1&last=page-1>; rel="next"`);
    expect(await link({ kind: 'endless-links' }, '?n=1&last=page-1')).toBe(`<${tagsPath}?n=1&last=page-2>; rel="next"`);
    expect(await link({ kind: 'repeated-page' }, '?n=1')).toBe(`<${tagsPath}?n=1>; rel="next"`);
    expect(await link({ kind: 'link', value: 'http://other.example/' })).toBe('<http://other.example/>; rel="next"');
  });

  it('redirects, challenges and limits', async () => {
    const moved = await ask(manifestPath, { kind: 'redirect', location: 'http://169.254.169.254/' });
    expect([moved.status, moved.headers.get('location')]).toEqual([307, 'http://169.254.169.254/']);
    const challenge = 'Bearer realm="http://other.example/token"';
    const challenged = await ask(manifestPath, { kind: 'challenge', challenge });
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([401, challenge]);
    const limited = await ask(manifestPath, { kind: 'rate-limited', retryAfter: '7' });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('cuts, drips, hangs and resets', async () => {
    const half = Math.floor((registry.store.manifest('team/app', 'latest')?.bytes.byteLength ?? 0) / 2);
    expect(await arriving(manifestPath, { kind: 'truncate' }, () => false)).toEqual({ bytes: half, ended: 'cut' });
    expect(await arriving(manifestPath, { kind: 'hang-in-body' }, (bytes) => bytes >= half)).toEqual({
      bytes: half,
      ended: 'enough',
    });
    expect(await arriving(manifestPath, { kind: 'drip', everyMs: 1 }, (bytes) => bytes >= 3)).toMatchObject({
      ended: 'enough',
    });
    expect(await arriving(manifestPath, { kind: 'reset' }, () => false)).toEqual({ bytes: 0, ended: 'ECONNRESET' });
    expect(await arriving(manifestPath, { kind: 'raw', bytes: 'SSH-2.0-sample\r\n' }, () => false)).toMatchObject({
      bytes: 0,
      ended: expect.stringMatching(/^HPE_/),
    });
    const impatience = new AbortController();
    const hanging = ask(manifestPath, { kind: 'hang' }, { signal: impatience.signal });
    await registry.received(registry.requests.length + 1);
    impatience.abort();
    await expect(hanging).rejects.toThrow(/abort/);
  });

  it('sends more than anyone should read', async () => {
    expect(await arriving(manifestPath, { kind: 'huge', mebibytes: 3 }, () => false)).toEqual({
      bytes: 3 * 1024 * 1024,
      ended: 'whole',
    });
    const bomb = await arriving(manifestPath, { kind: 'gzip-bomb', mebibytes: 4 }, () => false);
    expect(bomb.bytes).toBeLessThan(gzipSync(Buffer.alloc(8 * 1024 * 1024)).byteLength);
    expect((await (await ask(manifestPath, { kind: 'gzip-bomb', mebibytes: 4 })).arrayBuffer()).byteLength).toBe(
      4 * 1024 * 1024,
    );
  });

  it('holds answers until it is told to go on, and counts how many wait', async () => {
    let open: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      open = resolve;
    });
    const asked = [ask(manifestPath, { kind: 'wait', until }), ask(tagsPath, { kind: 'wait', until })];
    await registry.received(2);
    expect(registry.mostInFlight()).toBe(2);
    open();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is late with every answer if told so', async () => {
    const late = await createFaultyRegistry({ latencyMs: 30 });
    const before = performance.now();
    await fetch(`${late.url}/v2/`);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    await late.close();
  });
});
