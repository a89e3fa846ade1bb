import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const limits = { headerBytes: 2048, headersTimeout: 400, requestTimeout: 1200 };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway(
    `limits: { headerBytes: ${limits.headerBytes}, headersTimeout: ${limits.headersTimeout}ms, requestTimeout: ${limits.requestTimeout}ms }\nregistries: []\n`,
  );
});

afterAll(async () => {
  await gateway.stop();
});

/** Says this and then nothing; resolves with the answer and how long it took, when the connection is closed. */
function sent(text: string): Promise<{ readonly text: string; readonly ms: number }> {
  const { hostname, port } = new URL(gateway.url);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve({ text: answer, ms: performance.now() - startedAt });
    });
  });
}

describe('a client that takes its time', () => {
  it('C07: over its headers is closed, and not sooner than it may take', async () => {
    const { text, ms } = await sent('GET /livez HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeGreaterThanOrEqual(limits.headersTimeout - 50);
    expect(ms).toBeLessThan(limits.headersTimeout + 4_000);
  });

  it('C07: over its body is closed, and not sooner than it may take', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n';
    const { ms } = await sent(`${head}{"query"`);
    expect(ms).toBeGreaterThanOrEqual(limits.requestTimeout - 50);
    expect(ms).toBeLessThan(limits.requestTimeout + 4_000);
  });

  it('C07: is one of many, and the others are answered meanwhile', async () => {
    const slow = Array.from({ length: 50 }, () => sent('GET /livez HTTP/1.1\r\nhost: x\r\nx-slow: '));
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    await Promise.all(slow);
  });
});

describe('the headers of a request', () => {
  /** A request whose head has so many bytes. */
  const request = (bytes: number): string => {
    const head = 'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-long: ';
    return `${head}${'x'.repeat(bytes - head.length - 4)}\r\n\r\n`;
  };

  it('C07: may be as long as they may together, less what the line before them has, and no longer', async () => {
    expect((await sent(request(limits.headerBytes - 64))).text).toMatch(/^HTTP\/1\.1 200 /);
    expect((await sent(request(limits.headerBytes + 64))).text).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('C07: may be thousands only where they are few bytes, and end nothing but their own request', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => `x-${index}: 1\r\n`).join('');
    expect((await sent(`GET /livez HTTP/1.1\r\nhost: x\r\n${many}\r\n`)).text).toMatch(/^HTTP\/1\.1 431 /);
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  });
});
