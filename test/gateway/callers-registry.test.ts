import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seed } from '../support/registry-seed.ts';
import { name, shownIn, startCallersStand, type CallersStand } from './callers-registry-stand.ts';
import type { Asked } from './stand.ts';

let stand: CallersStand;
let digest: string;

beforeEach(async () => {
  stand = await startCallersStand();
  const content = seed(stand.registry.store);
  digest = content.image('alpha/app', '1', { labels: { of: 'alice' } }).digest;
  content.image('bravo/app', '1', { labels: { of: 'bob' } });
  content.image('public/app', '1', { labels: { of: 'everyone' } });
  stand.grant(stand.alice, 'alpha/');
  stand.grant(stand.bob, 'bravo/');
});
afterEach(() => stand.end());

const imageAt = (reference: string): string =>
  `{ image(reference: "${name}/${reference}") { digest config { labels { value } } } }`;
const labelled = (value: string) => ({
  image: { digest: expect.any(String), config: { labels: [{ key: undefined, value }] } },
});

/** An answer without what names the request, and what was asked for. */
function withoutNames({ text, errors }: Asked, ...asked: readonly string[]): string {
  let bare = text;
  for (const { extensions } of errors) bare = bare.replaceAll(String(extensions['requestId']), '');
  for (const word of asked) bare = bare.replaceAll(word, '');
  return bare;
}

function expectRefused(asked: Asked): void {
  expect(asked.data).toEqual({ image: null });
  expect(asked.errors).toMatchObject([
    {
      extensions: { code: 'UPSTREAM_UNAUTHORIZED', registry: name },
      message: expect.not.stringContaining('may not pull'),
    },
  ]);
}

describe('a registry that is read with the credential of who asks', () => {
  it('is asked with what each caller showed, and with nothing of anybody else', async () => {
    const own = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect(own.errors).toEqual([]);
    expect(own.data).toEqual(labelled('alice'));
    expect(shownIn(own.upstream)).toEqual([`Bearer ${stand.alice}`]);
    const other = await stand.ask(stand.bob, imageAt('bravo/app:1'));
    expect(other.data).toEqual(labelled('bob'));
    expect(shownIn(other.upstream)).toEqual([`Bearer ${stand.bob}`]);
  });

  it('T02: tells another nothing of what one has read, whose denial spoils nothing', async () => {
    await stand.ask(stand.alice, imageAt('alpha/app:1'));
    const refused = await stand.ask(stand.bob, imageAt('alpha/app:1'));
    expectRefused(refused);
    expect(shownIn(refused.upstream)).toEqual([`Bearer ${stand.bob}`]);
    const again = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect([again.data, again.upstream]).toEqual([labelled('alice'), []]);
  });

  it('T02: lets one read what another was refused before', async () => {
    expectRefused(await stand.ask(stand.bob, imageAt('alpha/app:1')));
    const own = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect([own.data, shownIn(own.upstream)]).toEqual([labelled('alice'), [`Bearer ${stand.alice}`]]);
  });

  it('T02: does not tell another that something was missing', async () => {
    stand.grant(stand.bob, 'alpha/');
    expect(await stand.ask(stand.alice, imageAt('alpha/app:2'))).toMatchObject({ data: { image: null }, errors: [] });
    seed(stand.registry.store).image('alpha/app', '2', { labels: { of: 'both' } });
    expect((await stand.ask(stand.bob, imageAt('alpha/app:2'))).data).toEqual(labelled('both'));
  });

  it('T02: answers who may not see an image the same, whether others have read it, and whether it is there', async () => {
    const reference = `alpha/app@${digest}`;
    const cold = await stand.ask(stand.bob, imageAt(reference));
    await stand.ask(stand.alice, imageAt(reference));
    const warm = await stand.ask(stand.bob, imageAt(reference));
    const none = await stand.ask(stand.bob, imageAt(`alpha/none@${digest}`));
    expect(withoutNames(warm)).toBe(withoutNames(cold));
    expect(withoutNames(none, 'alpha/none')).toBe(withoutNames(cold, 'alpha/app'));
  });

  it('T02: joins no question of one caller to that of another', async () => {
    stand.grant(stand.bob, 'alpha/');
    const { requests } = stand.registry;
    const asked = await Promise.all([
      stand.ask(stand.alice, imageAt('alpha/app:1')),
      stand.ask(stand.bob, imageAt('alpha/app:1')),
    ]);
    for (const { data, extensions } of asked) {
      expect(data).toEqual(labelled('alice'));
      expect(extensions.cost).toMatchObject({ coalesced: 0, cacheHits: 0 });
    }
    const tags = requests.filter(({ path }) => path.endsWith('/manifests/1'));
    expect(tags.map(({ headers }) => headers.authorization).toSorted()).toEqual(
      [`Bearer ${stand.alice}`, `Bearer ${stand.bob}`].toSorted(),
    );
  });

  it('shares bytes with who was told by the registry, for their own credential, that it holds them', async () => {
    stand.grant(stand.bob, 'alpha/');
    await stand.ask(stand.alice, imageAt('alpha/app:1'));
    const shared = await stand.ask(stand.bob, imageAt('alpha/app:1'));
    expect(shared.data).toEqual(labelled('alice'));
    expect(shared.upstream.map(({ line }) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD']);
    expect(shownIn(shared.upstream)).toEqual([`Bearer ${stand.bob}`]);
  });

  it('T04: takes the knowledge of a digest for no right to it, in any repository', async () => {
    await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expectRefused(await stand.ask(stand.bob, imageAt(`alpha/app@${digest}`)));
    for (const repository of ['bravo/app', 'public/app']) {
      const { data, errors } = await stand.ask(stand.bob, imageAt(`${repository}@${digest}`));
      expect([data, errors]).toEqual([{ image: null }, []]);
    }
  });

  it('T04: shows by index and referrers only what the repository holds for who asks', async () => {
    const content = seed(stand.registry.store);
    const subject = content.image('alpha/app', '2');
    const secret = content.artifact('alpha/app', undefined, { artifactType: 'application/secret', subject });
    await stand.ask(
      stand.alice,
      `{ image(reference: "${name}/alpha/app:2") { referrers { digest image { digest raw } } } }`,
    );
    const entry = { mediaType: secret.mediaType, digest: secret.digest, size: secret.bytes.length };
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [entry] };
    content.raw('bravo/app', 'index', index.mediaType, index);
    const { data, text } = await stand.ask(
      stand.bob,
      `{ image(reference: "${name}/bravo/app:index") { referrers { digest } platforms { image { raw } } } }`,
    );
    expect(data).toMatchObject({ image: { referrers: [] } });
    expect(text).not.toContain('application/secret');
    const child = await stand.ask(stand.bob, `{ image(reference: "${name}/bravo/app@${secret.digest}") { raw } }`);
    expect(child.data).toEqual({ image: null });
  });

  it('takes a new token of a caller for a new credential, to which nothing is told that the old one knew', async () => {
    await stand.ask(stand.alice, imageAt('alpha/app:1'));
    const renewed = await stand.issuer.tokenOf('alice');
    expectRefused(await stand.ask(renewed, imageAt('alpha/app:1')));
    stand.grant(renewed, 'alpha/');
    const own = await stand.ask(renewed, imageAt('alpha/app:1'));
    expect([own.data, shownIn(own.upstream)]).toEqual([labelled('alice'), [`Bearer ${renewed}`]]);
  });

  it.each([
    ['who shows nothing', () => undefined],
    ['who shows a token of the gateway’s own', () => stand.bot],
  ])('is asked without a credential for %s', async (_, token) => {
    const everyones = await stand.ask(token(), imageAt('public/app:1'));
    expect([everyones.data, shownIn(everyones.upstream)]).toEqual([labelled('everyone'), [undefined]]);
    await stand.ask(stand.alice, imageAt('alpha/app:1'));
    const refused = await stand.ask(token(), imageAt('alpha/app:1'));
    expectRefused(refused);
    expect(refused.errors[0]?.message).toContain('none came that is for it');
    expect(shownIn(refused.upstream)).toEqual([undefined]);
  });

  it('is not asked at all for what the rules hide', async () => {
    const { data, errors, upstream } = await stand.ask(stand.alice, imageAt('hidden/app:1'));
    expect([data, errors, upstream]).toEqual([{ image: null }, [], []]);
  });
});
