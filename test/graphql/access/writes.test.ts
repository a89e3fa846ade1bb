import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorldStand, type WorldStand } from './stand.ts';
import { alpha, bravo, bravoReader } from './viewers.ts';
import { contentOf } from './world-registry.ts';

const own = contentOf('bravo.example/team/app');
const fields = 'userErrors { code message field }';

/** Every mutation on an image stream, or a tag, of a name: `namespace/stream`. */
const writes: Readonly<Record<string, (namespace: string, name: string) => string>> = {
  deleteImageStream: (namespace, name) => `deleteImageStream(input: { ${at(namespace)}, name: "${name}" })`,
  setImageLookup: (namespace, name) => `setImageLookup(input: { ${at(namespace)}, name: "${name}", local: true })`,
  untagImageStream: (namespace, name) => `untagImageStream(input: { ${at(namespace)}, name: "${name}:prod" })`,
  rollbackImageStreamTag: (namespace, name) =>
    `rollbackImageStreamTag(input: { ${at(namespace)}, name: "${name}:prod", to: "${own.image}" })`,
  'untagImageStream, guarded': (namespace, name) =>
    `untagImageStream(input: { ${at(namespace)}, name: "${name}:prod", expectedDigest: "${own.index}" })`,
};

/** Those that would make what is missing, or ask for it elsewhere. */
const making: typeof writes = {
  createImageStream: (namespace, name) => `createImageStream(input: { ${at(namespace)}, name: "${name}" })`,
  tagImageStream: (namespace, name) =>
    `tagImageStream(input: { ${at(namespace)}, to: ["${name}:new"], from: { kind: DOCKER_IMAGE, name: "bravo.example/team/app:prod" } })`,
  importImageStream: (namespace, name) =>
    `importImageStream(input: { ${at(namespace)}, name: "${name}:prod", from: "bravo.example/team/app:prod" })`,
  'importImageStream, all': (namespace, name) => `importImageStream(input: { ${at(namespace)}, name: "${name}" })`,
};

function at(namespace: string): string {
  return `source: "local", namespace: "${namespace}"`;
}

function mutation(write: string): string {
  return `mutation { answer: ${write} { ${fields} } }`;
}

describe('T01: writing', () => {
  let stand: WorldStand;
  beforeAll(async () => {
    stand = await createWorldStand({ worlds: ['alpha', 'bravo'] });
  });
  afterAll(() => stand.close());

  it.each(Object.entries({ ...writes, ...making }))(
    '%s is forbidden where the verb is lacking on what is seen',
    async (_, write) => {
      const { text, upstream } = await stand.ask(bravoReader, mutation(write('bravo-shop', 'web')));
      expect(text).toContain('"code":"FORBIDDEN"');
      expect(upstream).toEqual([]);
    },
  );

  it.each(Object.entries(writes))(
    '%s on what is hidden is as on what is not there, though it may be written',
    async (_, write) => {
      for (const [namespace, name] of [
        ['alpha-shop', 'web'],
        ['mixed', 'alpha-web'],
      ] as const) {
        const hidden = await stand.ask(bravo, mutation(write(namespace, name)));
        const [absentIn, absentAs] = [namespace.replace('alpha', 'bravo'), name === 'web' ? 'non' : 'bravo-xyz'];
        const absent = await stand.ask(bravo, mutation(write(absentIn, absentAs)));
        expect(hidden.text).toContain('"code":"NOT_FOUND"');
        expect(hidden.text.replaceAll(`${namespace}/${name}`, '…')).toBe(
          absent.text.replaceAll(`${absentIn}/${absentAs}`, '…'),
        );
      }
    },
  );

  it.each(Object.entries({ ...writes, ...making }))(
    '%s on what is hidden is as on what nobody has',
    async (_, write) => {
      for (const viewer of [bravo, bravoReader]) {
        for (const [namespace, name] of [
          ['alpha-shop', 'web'],
          ['mixed', 'alpha-web'],
        ] as const) {
          const ghost = [namespace.replace('alpha', 'ghost'), name.replace('alpha', 'ghost')] as const;
          const hidden = await stand.ask(viewer, mutation(write(namespace, name)));
          const absent = await stand.ask(viewer, mutation(write(...ghost)));
          expect(hidden.text.replaceAll('alpha', 'ghost')).toBe(absent.text);
          expect({ upstream: hidden.upstream, reads: hidden.reads }).toEqual({ upstream: [], reads: [] });
        }
      }
    },
  );

  it('on a hidden tag of an image stream that is seen is as on a tag that is not there', async () => {
    const untag = (tag: string): string => mutation(`untagImageStream(input: { ${at('mixed')}, name: "web:${tag}" })`);
    const hidden = await stand.ask(bravo, untag('alpha-prod'));
    expect(hidden.text).toContain('NOT_FOUND');
    expect(hidden.text.replaceAll('alpha-prod', '…')).toBe(
      (await stand.ask(bravo, untag('none'))).text.replaceAll('none', '…'),
    );
  });

  it('shows nothing of hidden tags in what it answers, and imports of them are not told', async () => {
    const stream = 'imageStream { tags { totalCount nodes { tag } } }';
    const lookup = `setImageLookup(input: { ${at('mixed')}, name: "web", local: true })`;
    const tags = ['bravo-bad', 'bravo-prod', 'broken', 'prod'];
    const expected = { tags: { totalCount: 4, nodes: tags.map((tag) => ({ tag })) } };
    expect((await stand.ask(bravo, `mutation { answer: ${lookup} { ${stream} } }`)).data).toEqual({
      answer: { imageStream: expected },
    });
    const importing = `importImageStream(input: { ${at('mixed')}, name: "web", dryRun: true })`;
    const { text } = await stand.ask(bravo, `mutation { answer: ${importing} { ${stream} imports { tag state } } }`);
    expect(text).not.toContain('alpha');
    expect(text).toContain('"tag":"bravo-prod"');
  });

  it('names no source that is hidden', async () => {
    const create = (source: string): string =>
      mutation(`createImageStream(input: { ${source} namespace: "bravo-shop", name: "other", dryRun: true })`);
    for (const source of ['', 'source: "none",']) {
      const { text } = await stand.ask(bravo, create(source));
      expect(text).toMatch(/SOURCE_AMBIGUOUS|NOT_FOUND/);
      expect(text).toContain('bravo-east');
      expect(text).not.toContain('alpha');
    }
    const hidden = await stand.ask(bravo, create('source: "alpha-east",'));
    const absent = await stand.ask(bravo, create('source: "ghost-east",'));
    expect(hidden.text.replaceAll('alpha', 'ghost')).toBe(absent.text);
  });

  it('happens to nothing that is hidden', async () => {
    for (const write of Object.values({ ...writes, ...making }))
      await stand.ask(bravo, mutation(write('alpha-shop', 'web')));
    const query =
      '{ imageStream(source: "local", namespace: "alpha-shop", name: "web") { generation tags { totalCount } } }';
    expect((await stand.ask(alpha, query)).data).toEqual({ imageStream: { generation: 1, tags: { totalCount: 2 } } });
  });
});
