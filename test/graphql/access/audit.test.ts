import { afterAll, beforeEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRow, MutationRow } from '../../../src/audit/audit.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { createWorldStand, schema, type WorldStand } from './stand.ts';
import { bravo, bravoReader } from './viewers.ts';
import { contentOf } from './world-registry.ts';

const own = contentOf('bravo.example/team/app');

/** Every mutation of the schema, on an image stream or on its tag `prod`; what follows `dryRun` in the input. */
const inputs: Readonly<Record<string, (name: string) => string>> = {
  createImageStream: (name) => `name: "${name}-2"`,
  tagImageStream: (name) =>
    `to: ["${name}:prod"], from: { kind: DOCKER_IMAGE, name: "bravo.example/team/app:test" }, idempotencyKey: "k"`,
  untagImageStream: (name) => `name: "${name}:prod"`,
  rollbackImageStreamTag: (name) => `name: "${name}:prod", to: "${own.image}"`,
  importImageStream: (name) => `name: "${name}:prod", from: "bravo.example/team/app:test"`,
  setImageLookup: (name) => `name: "${name}", local: true`,
  deleteImageStream: (name) => `name: "${name}"`,
};

const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
const rows: AuditRow[] = [];
let isDown = false;

function call(mutation: string, namespace: string, name: string, dryRun = false): string {
  const given = inputs[mutation]?.(name) ?? '';
  const input = `{ source: "local", namespace: "${namespace}", dryRun: ${String(dryRun)}, ${given} }`;
  return `mutation { answer: ${mutation}(input: ${input}) { userErrors { code } } }`;
}

describe('the audit log', () => {
  let stand: WorldStand;
  const start = (): Promise<WorldStand> =>
    createWorldStand({
      worlds: ['alpha', 'bravo'],
      audit: {
        record: (row) => {
          if (isDown) return Promise.reject(new GatewayError('UNAVAILABLE', 'the audit log cannot be written', {}));
          rows.push(row);
          return Promise.resolve();
        },
      },
    });
  beforeAll(async () => {
    stand = await start();
  });
  beforeEach(() => {
    rows.length = 0;
    isDown = false;
  });
  afterAll(() => stand.close());

  it('O08: is tried with every mutation of the schema', () => {
    expect(Object.keys(inputs).toSorted()).toEqual(mutations.toSorted());
  });

  it.each(mutations)(
    'T14, O08: has a row of %s where the verb is lacking, and where its object is hidden',
    async (mutation) => {
      const { text } = await stand.ask(bravoReader, call(mutation, 'bravo-shop', 'web'));
      expect(text).toContain('"code":"FORBIDDEN"');
      const refusal = { kind: 'mutation', requestId: 'a-request', field: 'answer', action: mutation, step: 'refused' };
      const seen = { source: 'local', namespace: 'bravo-shop', names: [expect.stringMatching(/^web/)] };
      expect(rows).toEqual([
        expect.objectContaining({ ...refusal, ...seen, viewer: bravoReader.id, decision: 'denied', code: 'FORBIDDEN' }),
      ]);
      const hidden = await stand.ask(bravo, call(mutation, 'alpha-shop', 'web'));
      expect(hidden.text).toContain('"code":"NOT_FOUND"');
      expect(rows.slice(1)).toEqual([
        expect.objectContaining({
          ...refusal,
          namespace: 'alpha-shop',
          viewer: bravo.id,
          decision: 'denied',
          code: 'NOT_FOUND',
        }),
      ]);
    },
  );

  it.each(mutations)('O08: has two rows of %s where it is allowed, and where it is only tried', async (mutation) => {
    for (const dryRun of [true, false]) {
      rows.length = 0;
      expect((await stand.ask(bravo, call(mutation, 'bravo-shop', 'web', dryRun))).text).toContain('"userErrors":[]');
      const asked = { kind: 'mutation', action: mutation, requestId: 'a-request', field: 'answer', dryRun };
      const name = mutation === 'createImageStream' ? 'web-2' : 'web';
      expect(rows).toMatchObject([
        { ...asked, step: 'begun', decision: 'allowed', imageStreams: [`local/bravo-shop/${name}`] },
        { ...asked, step: 'ended', decision: 'allowed', outcome: 'done' },
      ]);
    }
    await stand.close();
    stand = await start();
  });

  it.each(mutations)('O08: without it, %s does nothing and tells nothing', async (mutation) => {
    isDown = true;
    for (const [viewer, namespace] of [
      [bravo, 'bravo-shop'],
      [bravoReader, 'bravo-shop'],
      [bravo, 'alpha-shop'],
    ] as const) {
      const { text, upstream } = await stand.ask(viewer, call(mutation, namespace, 'web'));
      expect(text).toContain('"code":"UNAVAILABLE"');
      expect(text).not.toMatch(/FORBIDDEN|NOT_FOUND/);
      expect(upstream).toEqual([]);
    }
    const query = '{ imageStream(source: "local", namespace: "bravo-shop", name: "web") { generation } }';
    expect((await stand.ask(bravo, query)).data).toEqual({ imageStream: { generation: 1 } });
  });

  it('O08: tells what tags point at before and after, also those that the viewer may not see', async () => {
    await stand.ask(bravo, call('rollbackImageStreamTag', 'bravo-shop', 'web'));
    const prod = { imageStream: 'local/bravo-shop/web', tag: 'prod' };
    expect(rows).toMatchObject([
      { from: { kind: 'IMAGE_STREAM_IMAGE', name: own.image }, tags: [{ ...prod, digest: own.index }] },
      { moved: [{ ...prod, digest: own.image, previousDigest: own.index }] },
    ]);
    rows.length = 0;
    const remove = 'deleteImageStream(input: { source: "local", namespace: "bravo-shop", name: "web", dryRun: true })';
    await stand.ask(bravo, `mutation { one: ${remove} { deletedId } two: ${remove} { deletedId } }`);
    const gone = { ...prod, digest: null, previousDigest: own.image };
    expect(rows.map((row) => (row as MutationRow).field)).toEqual(['one', 'one', 'two', 'two']);
    expect(rows[1]).toMatchObject({ outcome: 'done', moved: [gone] });
    rows.length = 0;
    await stand.ask(bravo, call('deleteImageStream', 'mixed', 'web', true));
    expect(JSON.stringify(rows[1])).toContain('"tag":"alpha-prod"');
  });

  it('O08: tells keys of mutations by their hash, and that nothing changed by a word', async () => {
    const hash = 'sha256:8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a';
    await stand.ask(bravo, call('tagImageStream', 'bravo-shop', 'web'));
    await stand.ask(bravo, call('tagImageStream', 'bravo-shop', 'web'));
    expect(rows).toMatchObject([
      { idempotencyKey: hash, step: 'begun' },
      { idempotencyKey: hash, step: 'ended', outcome: 'done', imports: [{ tag: 'prod', state: expect.any(String) }] },
      { idempotencyKey: hash, step: 'begun' },
      { idempotencyKey: hash, step: 'ended', outcome: 'unchanged', moved: [] },
    ]);
    expect(JSON.stringify(rows)).not.toContain('"k"');
  });
});
