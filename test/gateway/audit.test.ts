import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/stream-gateway.ts';
import { at, names, post, startStand, type Asked, type Stand } from './stand.ts';

type Row = Readonly<Record<string, unknown>>;

/** A gateway with a policy and an audit log: the deployer may do all in `shop`, the reader may look at it. */
let stand: Stand;
let folder: string;
let file: string;
const tokens = { deployer: randomBytes(32).toString('hex'), reader: randomBytes(32).toString('hex') };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-audit-'));
  file = join(folder, 'audit.jsonl');
  const lines = Object.entries(tokens).map(
    ([name, token]) => `${name} ${createHash('sha256').update(token).digest('hex')} ${name}s`,
  );
  writeFileSync(join(folder, 'tokens'), lines.join('\n'));
  const see = ['get', 'inspect', 'watch'];
  stand = await startStand({
    config: {
      access: {
        mode: 'policy',
        anonymous: true,
        callers: [{ name: 'ci', kind: 'token', tokensFile: join(folder, 'tokens') }],
        rules: [
          { users: ['**'], allow: see, imageStreams: ['local/shop/*'], repositories: ['*/**'] },
          { users: ['token:ci:deployer'], allow: ['tag', 'import', 'delete'], imageStreams: ['local/shop/*'] },
        ],
      },
      writes: true,
      audit: { file },
      streams: [{ name: 'local', kind: 'local' }],
    },
  });
});
afterEach(async () => {
  await stand.end();
  rmSync(folder, { recursive: true });
});

const rows = (): readonly Row[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);

function ask(who: keyof typeof tokens, query: string, more: Readonly<Record<string, string>> = {}): Promise<Asked> {
  return post(stand.url, { query }, { authorization: `Bearer ${tokens[who]}`, ...more });
}

function tagging(to: string, more = ''): string {
  const from = `{ kind: DOCKER_IMAGE, name: "${names.a}/team/app:1" }`;
  return `mutation { tagImageStream(input: { namespace: "shop", from: ${from}, to: ["${to}"] ${more} }) {
    imageStreamTags { digest revision } imports { tag state digest } userErrors { code } } }`;
}

const untag = (namespace: string): string =>
  `mutation { untagImageStream(input: { namespace: "${namespace}", name: "web:prod" }) { userErrors { code } } }`;
const revision = async (): Promise<unknown> =>
  at(
    (await ask('reader', '{ imageStreamTag(namespace: "shop", name: "web:prod") { revision } }')).data,
    'imageStreamTag.revision',
  );

describe('the audit log of a gateway', () => {
  it('O08: has who did what, with the request that it was done in and what tags pointed at', async () => {
    const { headers, data } = await ask('deployer', tagging('web:prod'), { 'x-request-id': 'deploy-7' });
    expect(headers.get('x-request-id')).toBe('deploy-7');
    const digest = at(data, 'tagImageStream.imageStreamTags.0.digest');
    const asked = {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      kind: 'mutation',
      requestId: 'deploy-7',
      field: 'tagImageStream',
      viewer: 'token:ci:deployer',
      groups: ['token:ci:deployers'],
      via: 'http',
      action: 'tagImageStream',
      namespace: 'shop',
      names: ['web:prod'],
      from: { kind: 'DOCKER_IMAGE', name: `${names.a}/team/app:1` },
      dryRun: false,
      decision: 'allowed',
    };
    const prod = { imageStream: 'local/shop/web', tag: 'prod' };
    expect(rows()).toEqual([
      { ...asked, step: 'begun', imageStreams: ['local/shop/web'], tags: [{ ...prod, digest: null }] },
      {
        ...asked,
        step: 'ended',
        outcome: 'done',
        moved: [{ ...prod, digest, previousDigest: null }],
        imports: [{ tag: 'prod', state: 'IMPORTED' }],
      },
    ]);
  });

  it('O08: goes on in a new file when it was moved away', async () => {
    await ask('deployer', tagging('web:prod'));
    renameSync(file, `${file}.1`);
    await ask('reader', untag('shop'));
    expect(rows()).toMatchObject([{ step: 'refused', code: 'FORBIDDEN' }]);
  });

  it('O08: while it cannot be written, nothing is changed, and afterwards all is well', async () => {
    await ask('deployer', tagging('web:prod'));
    // A folder cannot be written to, whoever tries.
    rmSync(file);
    mkdirSync(file);
    for (const [who, query] of [
      ['deployer', tagging('web:prod', ', scheduled: true')],
      ['deployer', untag('shop')],
      ['reader', untag('shop')],
    ] as const) {
      const { errors } = await ask(who, query);
      expect(errors).toMatchObject([
        { message: expect.stringContaining('the audit log cannot be written'), extensions: { code: 'UNAVAILABLE' } },
      ]);
    }
    expect(await revision()).toBe(1);
    expect(stand.log.filter((line) => line.includes('the audit log cannot be written'))).not.toEqual([]);
    rmdirSync(file);
    expect((await ask('deployer', untag('shop'))).errors).toEqual([]);
    expect(rows()).toMatchObject([{ step: 'begun' }, { step: 'ended', outcome: 'done' }]);
  });

  it('O08: says nothing of reading, nor of what never was a mutation', async () => {
    await ask('reader', '{ imageStreams { totalCount } }');
    await ask('reader', 'mutation { none }');
    const stranger = await post(stand.url, { query: untag('shop') }, { authorization: 'Bearer nobody' });
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(existsSync(file)).toBe(false);
  });
});

describe('a mutation', () => {
  it('T14: without the verb is FORBIDDEN, on what is hidden NOT_FOUND, and both are in the audit log', async () => {
    await ask('deployer', tagging('web:prod'));
    expect((await ask('reader', untag('shop'))).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const hidden = await ask('reader', untag('bank'));
    expect(at(hidden.data, 'untagImageStream.userErrors')).toEqual([{ code: 'NOT_FOUND' }]);
    expect(await revision()).toBe(1);
    expect(rows().slice(2)).toMatchObject([
      { viewer: 'token:ci:reader', namespace: 'shop', decision: 'denied', code: 'FORBIDDEN' },
      { viewer: 'token:ci:reader', namespace: 'bank', decision: 'denied', code: 'NOT_FOUND' },
    ]);
  });

  it('T14: sent twice with one key is done once and answered alike, and the audit log tells which it was', async () => {
    const query = tagging('web:prod', ', idempotencyKey: "deploy-7"');
    const [first, second] = [await ask('deployer', query), await ask('deployer', query)];
    expect(second.data).toEqual(first.data);
    expect(await revision()).toBe(1);
    const found = rows();
    expect(found.map(({ step, outcome }) => outcome ?? step)).toEqual(['begun', 'done', 'begun', 'unchanged']);
    expect(new Set(found.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(found[0]?.['idempotencyKey']).toMatch(/^sha256:[\da-f]{64}$/);
  });

  it('T14: sent again after nobody waited for the answer is done once, and the audit log has both', async () => {
    const query = tagging('web:prod', ', idempotencyKey: "deploy-8"');
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    stand.a.fail(() => ({ kind: 'wait', until: held }));
    const impatient = new AbortController();
    const given = fetch(`${stand.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.deployer}` },
      body: JSON.stringify({ query }),
      signal: impatient.signal,
    });
    await until(() => existsSync(file) && rows().length === 1, 'the first row');
    impatient.abort();
    await expect(given).rejects.toThrow('aborted');
    const retried = ask('deployer', query);
    await until(() => rows().length === 2, 'the row of the second');
    answer();
    expect(at((await retried).data, 'tagImageStream')).toMatchObject({
      imports: [{ state: 'IMPORTED' }],
      userErrors: [],
    });
    await until(() => rows().length === 4, 'all rows');
    expect(await revision()).toBe(1);
    const moves = rows().flatMap(({ moved }) => (moved ?? []) as readonly unknown[]);
    expect(new Set(moves.map((move) => JSON.stringify(move))).size).toBe(1);
    expect(new Set(rows().map(({ requestId }) => requestId)).size).toBe(2);
    expect(new Set(rows().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });
});
