import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

/** The audits of the GraphQL over HTTP draft, by graphql-http, its reference implementation. */
describe('the audits of GraphQL over HTTP', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway('registries: []');
  });
  afterAll(() => gateway.stop());

  const preflighted: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set('apollo-require-preflight', 'yes');
    return fetch(url, { ...init, headers });
  };

  async function failures(
    fetchFn: typeof fetch,
  ): Promise<{ readonly count: number; readonly failed: readonly string[] }> {
    const audits = serverAudits({ url: `${gateway.url}/graphql`, fetchFn });
    const results = await Promise.all(audits.map(({ fn }) => fn()));
    const failed = results.filter(({ status }) => status !== 'ok');
    return { count: audits.length, failed: failed.map(({ id, status, name }) => `${status} ${id}: ${name}`) };
  }

  it('all pass for a client that sends the header by which it shows that it is no form', async () => {
    expect(await failures(preflighted)).toEqual({ count: 61, failed: [] });
  });

  it('but three that may fail pass for a client that sends nothing of the kind: GET is not for it', async () => {
    const { failed } = await failures(fetch);
    expect(failed.length).toBeLessThanOrEqual(3);
    for (const line of failed) expect(line).toMatch(/^notice .*\bGETs?\b/);
  });
});
