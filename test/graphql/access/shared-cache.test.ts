import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Viewer } from '../../../src/access/access.ts';
import { createWorldStand, type WorldStand } from './stand.ts';
import { alpha, bravo } from './viewers.ts';
import { contentOf } from './world-registry.ts';

const fields = 'digest raw config { env } platforms { image { raw } } referrers { image { raw } }';
const imageAt = (reference: string): string => `{ image(reference: "${reference}") { ${fields} } }`;

/** What only the contents of a world say. */
const isTold = (text: string, repository: string): boolean => {
  const { index, image, referrer } = contentOf(repository);
  return [index, image, referrer].some((digest) => text.includes(digest)) || text.includes(`"of":"${repository}"`);
};

describe('what one viewer had read', () => {
  let stand: WorldStand;
  beforeEach(async () => {
    stand = await createWorldStand({ worlds: ['alpha', 'bravo'] });
  });
  afterEach(() => stand.close());

  const repositories = ['alpha.example/team/app', 'mixed.example/alpha/app'];

  it.each(repositories)('is not given to another who may not read it: %s', async (repository) => {
    const { index, image } = contentOf(repository);
    for (const reference of [`${repository}:prod`, `${repository}@${index}`, `${repository}@${image}`]) {
      const warm = await stand.ask(alpha, imageAt(reference));
      expect(warm.data).toMatchObject({ image: { digest: expect.stringContaining('sha256:') } });
      const cold = await stand.ask(bravo, imageAt(reference));
      expect(cold.data).toEqual({ image: null });
      expect(cold.upstream).toEqual([]);
      expect(isTold(cold.text, repository)).toBe(false);
    }
  });

  it.each(repositories)('is not spoiled by another who was refused it: %s', async (repository) => {
    const refused = await stand.ask(bravo, imageAt(`${repository}:prod`));
    expect(refused.data).toEqual({ image: null });
    const own = await stand.ask(alpha, imageAt(`${repository}:prod`));
    expect(own.data).toMatchObject({ image: { digest: contentOf(repository).index } });
    expect(own.text).not.toContain('"errors"');
  });

  it('does not tell another that something is missing, which is learnt anew by whoever may', async () => {
    const missing = imageAt('mixed.example/alpha/app:none');
    expect((await stand.ask(alpha, missing)).data).toEqual({ image: null });
    const refused = await stand.ask(bravo, missing);
    expect({ data: refused.data, upstream: refused.upstream }).toEqual({ data: { image: null }, upstream: [] });
  });
});

describe('T04: a digest that is known from elsewhere', () => {
  let stand: WorldStand;
  const secret = contentOf('mixed.example/alpha/app');
  beforeEach(async () => {
    stand = await createWorldStand({ worlds: ['alpha', 'bravo'] });
    // In the cache with all its parts.
    await stand.ask(alpha, imageAt('mixed.example/alpha/app:prod'));
  });
  afterEach(() => stand.close());

  const images = async (viewer: Viewer, repository: string): Promise<readonly unknown[]> =>
    Promise.all(
      [secret.index, secret.image, secret.referrer].map(
        async (digest) => (await stand.ask(viewer, imageAt(`${repository}@${digest}`))).data['image'],
      ),
    );

  it('is no right to what it is of: not where it is, nor in a repository of ones own, nor in a public one', async () => {
    for (const repository of ['mixed.example/alpha/app', 'mixed.example/bravo/app', 'public.example/team/app'])
      expect(await images(bravo, repository)).toEqual([null, null, null]);
    expect(await images(alpha, 'mixed.example/alpha/app')).not.toContain(null);
  });

  it('has no referrers in a repository that does not hold it', async () => {
    const reference = `mixed.example/bravo/app@${contentOf('mixed.example/bravo/app').index}`;
    const { data, text } = await stand.ask(bravo, imageAt(reference));
    expect(data).toMatchObject({ image: { referrers: [{}] } });
    expect(isTold(text, 'mixed.example/alpha/app')).toBe(false);
  });

  it('is no image of an image stream that does not hold it', async () => {
    const name = (digest: string) =>
      `{ imageStreamImage(source: "local", namespace: "mixed", name: "web@${digest}") { digest } }`;
    const ofHiddenTag = contentOf('alpha.example/team/app').index;
    expect((await stand.ask(bravo, name(ofHiddenTag))).data).toEqual({ imageStreamImage: null });
    expect((await stand.ask(alpha, name(ofHiddenTag))).data).toEqual({ imageStreamImage: { digest: ofHiddenTag } });
  });
});
