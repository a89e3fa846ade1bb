import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, names, post, startStand, type Asked, type Stand } from './stand.ts';

const digest = `sha256:${'0'.repeat(64)}`;

/** What is no repository, tag or digest, and what would happen if it were put into a URL. */
const badNames: readonly string[] = [
  'library/../../admin',
  'library/%2e%2e/%2e%2e/admin',
  'library/..%2f..%2fadmin',
  './app',
  'team//app',
  'team/app/',
  'Team/app',
  'team/app?n=1',
  'team/app#x',
  'team/app;x',
  'team/ app',
  'team\\app',
  'team/app\u0000',
  'team/app\r\nhost: evil',
  'team/\u202eapp',
  'team/äpp',
  'team/__proto__',
  'a'.repeat(256),
  'a/'.repeat(5_000),
];
const badTags: readonly string[] = [
  '',
  '..',
  '.1',
  '-1',
  '1/2',
  '1%2f2',
  '1?x',
  '1\n',
  'ä',
  'x'.repeat(129),
  '../1',
  '1 2',
];
const badDigests: readonly string[] = [
  '',
  'sha256:',
  'sha256:../../../etc',
  `sha256:${'0'.repeat(63)}`,
  `sha256:${'A'.repeat(64)}`,
  `sha512:${'0'.repeat(64)}`,
  `md5:${'0'.repeat(32)}`,
  `${digest}@${digest}`,
  `${digest}/../x`,
];
const badPlatforms: readonly string[] = [
  '',
  'linux',
  'linux/',
  '/amd64',
  'linux/arm/v7/x',
  'linux/amd64\n',
  'l'.repeat(200) + '/a',
  'linux/<b>',
];

describe('a name that is none', () => {
  let stand: Stand;
  beforeEach(async () => {
    stand = await startStand();
  });
  afterEach(() => stand.end());

  function expectOnly({ errors, text }: Asked, code: string, what: string): void {
    expect({ what, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({ what, codes: [code] });
    for (const { message } of errors) expect(message).toMatch(/^[^\p{Cc}\u202e]{1,512}$/u);
    expect(text.length).toBeLessThan(2_000);
    expect(stand.upstream()).toBe(0);
  }

  const fields: Readonly<Record<string, string>> = {
    image: 'query ($r: String!) { found: image(reference: $r) { digest config { user } } }',
    images: 'query ($r: String!) { images(references: [$r]) { digest } }',
    tag: 'query ($r: String!) { found: tag(reference: $r) { digest } }',
    repository: 'query ($r: String!) { found: repository(reference: $r) { tags { totalCount } } }',
  };
  it.each(Object.keys(fields))('B06: in the reference of %s is refused, and nothing is asked', async (field) => {
    const query = fields[field] ?? '';
    const bad = [
      ...badNames.map((name) => `${names.c}/${name}`),
      ...badTags.map((tag) => `${names.c}/team/app:${tag}`),
      ...badDigests.map((sum) => `${names.c}/team/app@${sum}`),
      '',
      ' ',
      `https://${names.c}/team/app`,
      `user:password@${names.c}/team/app`,
      `${names.c}:0/team/app`,
      `${names.c}:65536/team/app`,
      `[::1/team/app`,
      '0'.repeat(64),
    ];
    for (const reference of bad) expectOnly(await stand.ask(query, { r: reference }), 'REFERENCE_INVALID', reference);
  });

  it('B06: of a registry that is not configured is refused, and nothing is looked up', async () => {
    for (const host of [
      'evil.example',
      '127.0.0.1',
      'localhost:80',
      '169.254.169.254',
      '[::1]',
      new URL(stand.c.url).host,
    ]) {
      expectOnly(await stand.ask(fields['image'] ?? '', { r: `${host}/team/app` }), 'REGISTRY_UNKNOWN', host);
    }
  });

  it('B06: of a tag of a repository is refused, and nothing is asked', async () => {
    const query = `query ($t: String!) { repository(reference: "${names.c}/team/app") { tag(name: $t) { digest } } }`;
    for (const tag of badTags) expectOnly(await stand.ask(query, { t: tag }), 'REFERENCE_INVALID', tag);
  });

  it('B06: of a platform is refused, and nothing is asked', async () => {
    for (const platform of badPlatforms) {
      const asked = await stand.ask(
        `query ($p: String) { image(reference: "${names.c}/team/app:1", platform: $p) { digest } }`,
        { p: platform },
      );
      expectOnly(asked, 'ARGUMENT_INVALID', platform);
    }
  });

  it('B06: of an object is nothing, and nothing is asked', async () => {
    const keys = [
      ...badNames.map((name) => `Repository:v1:${names.c}/${name}`),
      ...badTags.map((tag) => `Tag:v1:${names.c}/team/app:${tag}`),
      ...badDigests.map((sum) => `Image:v1:${names.c}/team/app@${sum}`),
      `Registry:v1:evil.example`,
      `Image:v2:${names.c}/team/app@${digest}`,
      `__proto__:v1:x`,
    ];
    for (const key of keys) {
      const asked = await stand.ask('query ($id: ID!) { node(id: $id) { id } }', {
        id: Buffer.from(key).toString('base64url'),
      });
      expect({ key, data: asked.data, errors: asked.errors }).toEqual({ key, data: { node: null }, errors: [] });
    }
    for (const id of ['', '%%%', 'x'.repeat(50_000), '\u0000']) {
      expect(await stand.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({
        data: { node: null },
        errors: [],
      });
    }
    expect(stand.upstream()).toBe(0);
  });

  it('B06: leaves the other fields of its operation alone', async () => {
    const { data, errors } = await stand.ask(
      `{ bad: image(reference: "${names.c}/../x") { digest } good: image(reference: "${names.a}/team/app:1") { platform { os } }
         images(references: ["${names.b}/team/app:1", "${names.b}/..", "${names.b}/team/gone:1"]) { platform { os } } }`,
    );
    const linux = { platform: { os: 'linux' } };
    expect(data).toEqual({ bad: null, good: linux, images: [linux, null, null] });
    expect(errors).toMatchObject([
      { path: ['bad'], extensions: { code: 'REFERENCE_INVALID' } },
      { path: ['images', 1], extensions: { code: 'REFERENCE_INVALID' } },
    ]);
  });
});

describe('the names of objects of JavaScript', () => {
  let stand: Stand;
  beforeEach(async () => {
    stand = await startStand();
  });
  afterEach(() => stand.end());

  const query = `query ($r: String!) { image(reference: $r) { platform { os } } }`;
  const reference = `${names.a}/team/app:1`;
  const odd =
    '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1,"valueOf":null';

  it.each([
    ['the body', `{"query":${JSON.stringify(query)},"variables":{"r":"${reference}"},${odd}}`],
    ['the variables', `{"query":${JSON.stringify(query)},"variables":{"r":"${reference}",${odd}}}`],
    ['the extensions', `{"query":${JSON.stringify(query)},"variables":{"r":"${reference}"},"extensions":{${odd}}}`],
  ])('B08: in %s change nothing', async (_, body) => {
    const asked = await post(stand.url, body);
    expect(asked).toMatchObject({ status: 200, data: { image: { platform: { os: 'linux' } } }, errors: [] });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'B08: may be asked for as %s: a name like others',
    async (name) => {
      const asked = await stand.ask(
        `query ${name}($${name}: String!) { ${name}: image(reference: $${name}) { ...${name}f } } fragment ${name}f on Image { platform { ${name}: os } }`,
        Object.fromEntries([[name, reference]]),
      );
      expect(asked.errors).toEqual([]);
      expect(at(asked.data, `${name}.platform.${name}`)).toBe('linux');
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'B08: are no registries, operations or fields: %s',
    async (name) => {
      const unknown = await stand.ask('query ($n: String!) { registry(name: $n) { url } }', { n: name });
      expect(unknown).toMatchObject({ data: { registry: null }, errors: [] });
      expect(await stand.ask(`{ ${name} }`)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
      const noSuch = await post(stand.url, { query: 'query q { registries { name } }', operationName: name });
      expect(noSuch).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      expect(stand.upstream()).toBe(0);
    },
  );
});
