import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Access, Resource, Verb } from '../../../src/access/access.ts';
import { createWorldStand, type WorldStand } from './stand.ts';
import { bravo, createAccessByName } from './viewers.ts';
import { contentOf } from './world-registry.ts';

const byName = createAccessByName();

/** What bravo is denied besides all that is alpha's: a verb on a tag of any image stream, as `import test`. */
let denied: readonly string[] = [];
const access: Access = {
  may: (viewer, verb: Verb, resource: Resource) =>
    !('source' in resource && denied.includes(`${verb} ${resource.tag ?? ''}`)) && byName.may(viewer, verb, resource),
};

let stand: WorldStand;
beforeEach(async () => {
  denied = [];
  stand = await createWorldStand({ worlds: ['alpha', 'bravo'], access });
});
afterEach(() => stand.close());

const fields = 'imports { tag state error { code message } } userErrors { code message field }';

function importing(input: string): string {
  return `mutation { importImageStream(input: { source: "local", namespace: "mixed", ${input} }) { ${fields} } }`;
}

async function imported(input: string): Promise<{ readonly tags: readonly string[]; readonly upstream: string }> {
  const { data, upstream } = await stand.ask(bravo, importing(input));
  const { imports } = data['importImageStream'] as { readonly imports: readonly { readonly tag: string }[] };
  return { tags: imports.map(({ tag }) => tag).toSorted(), upstream: upstream.join('\n') };
}

describe('the import of a whole image stream', () => {
  it('T01: imports what the viewer may import, and asks nobody for the rest', async () => {
    const all = await imported('name: "web"');
    expect(all.tags).toEqual(['bravo-prod', 'prod']);
    expect(all.upstream).not.toContain('alpha');
    denied = ['import prod'];
    const { tags, upstream } = await imported('name: "web"');
    expect(tags).toEqual(['bravo-prod']);
    expect(upstream).not.toContain('public.example');
  });

  it('T01: leaves tags of a repository out that the viewer may not import', async () => {
    const from = 'from: "bravo.example/team/app", all: true';
    expect((await imported(`name: "one", ${from}`)).tags).toEqual(['prod', 'test']);
    denied = ['import test'];
    expect((await imported(`name: "two", ${from}`)).tags).toEqual(['prod']);
  });

  it('T14: asks for the right on the tag that is imported, also where another that follows it is named', async () => {
    const from = '{ kind: IMAGE_STREAM_TAG, name: "web:prod" }';
    const to = 'to: ["web:live"], alias: true';
    const tagging = `tagImageStream(input: { source: "local", namespace: "mixed", from: ${from}, ${to} })`;
    await stand.ask(bravo, `mutation { ${tagging} { userErrors { code } } }`);
    expect((await imported('name: "web:live"')).tags).toEqual(['prod']);
    denied = ['import prod'];
    expect((await stand.ask(bravo, importing('name: "web:live"'))).text).toContain('"code":"FORBIDDEN"');
    denied = ['import prod', 'get prod'];
    expect((await stand.ask(bravo, importing('name: "web:live"'))).text).toContain('"code":"NOT_FOUND"');
  });

  it('T14: asks for the right on the tag that it makes, also where only the image names it', async () => {
    denied = ['import prod', 'import latest'];
    for (const from of ['bravo.example/team/app:prod', 'bravo.example/team/app']) {
      const { text, upstream } = await stand.ask(bravo, importing(`name: "web", from: "${from}"`));
      expect(text).toContain('"code":"FORBIDDEN"');
      expect(upstream).toEqual([]);
    }
  });
});

describe('an image of an image stream', () => {
  const tagging = (image: string): string =>
    `mutation { tagImageStream(input: {
      source: "local", namespace: "mixed", to: ["web:new"], from: { kind: IMAGE_STREAM_IMAGE, name: "web@${image}" }
    }) { imageStreamTags { digest } userErrors { code message field } } }`;

  it('T04: that only hidden tags hold cannot be tagged, as if there were none', async () => {
    const hidden = contentOf('alpha.example/team/app');
    const none = `sha256:${'0'.repeat(64)}`;
    for (const image of [
      hidden.index,
      hidden.image,
      hidden.index.slice(0, 20),
      hidden.index.slice('sha256:'.length, 20),
    ]) {
      const { text, upstream } = await stand.ask(bravo, tagging(image));
      expect(text).toContain('"code":"NOT_FOUND"');
      expect(text.replaceAll(image, none)).toBe((await stand.ask(bravo, tagging(none))).text);
      expect(upstream).toEqual([]);
    }
  });

  it('T04: that a visible tag holds or held can be tagged', async () => {
    const own = contentOf('bravo.example/team/app');
    for (const image of [own.index, own.image]) {
      expect((await stand.ask(bravo, tagging(image))).data).toEqual({
        tagImageStream: { imageStreamTags: [{ digest: image }], userErrors: [] },
      });
    }
  });
});

describe('a registry that is hidden', () => {
  it.each([
    'name: "web", from: "alpha.example/team/app"',
    'name: "web:new", from: "alpha.example/team/app:prod"',
    'name: "web", from: "alpha.example/team/app", all: true',
  ])('T01: is answered as one that is not configured: %s', async (input) => {
    const hidden = await stand.ask(bravo, importing(input));
    const absent = await stand.ask(bravo, importing(input.replace('alpha', 'ghost')));
    expect(hidden.text).toContain('"code":"REGISTRY_UNKNOWN"');
    expect(hidden.text.replaceAll('alpha', 'ghost')).toBe(absent.text);
    expect([...hidden.upstream, ...absent.upstream]).toEqual([]);
  });
});
