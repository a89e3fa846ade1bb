import { describe, expect, it } from '@jest/globals';
import { load, policySample, said, valid, withPolicy } from './fixture.ts';

const withRule = (keys: string) => withPolicy(`rules: [{ ${keys} }]`);
const callers = (keys: string) => `access: { mode: policy, callers: [{ ${keys} }] }\n`;
const oidc = 'name: corp, kind: oidc, issuer: "https://sso.example", audience: tributary';
const everything = 'users: ["**"], allow: [get], repositories: ["registry.example/**"]';

describe('access by policy', () => {
  it('is read with all that follows from what was said', () => {
    const { config, warnings } = valid(policySample);
    expect(warnings.filter(({ path }) => path.startsWith('access'))).toEqual([]);
    expect(config.access).toMatchObject({
      mode: 'policy',
      anonymous: false,
      callers: [
        { name: 'corp', kind: 'oidc', issuer: 'https://sso.corp.example/realms/corp', caFile: '/etc/pki/sso.pem' },
        { name: 'east', kind: 'kubernetes', source: 'prod-east', audience: 'tributary' },
        { name: 'ci', kind: 'token', tokensFile: '/run/secrets/tokens' },
      ],
      rules: [
        { users: [], groups: ['oidc:corp:devs'], allow: ['list', 'get', 'inspect', 'watch'], deny: [] },
        { users: ['oidc:corp:alice'], groups: [], allow: [], deny: ['inspect'], imageStreams: [] },
      ],
    });
  });

  it('has defaults, and paths that start at the folder of the file', () => {
    const entry = `{ ${oidc}, caFile: ca.pem }, { name: ci, kind: token, tokensFile: password }`;
    const { config } = valid(`access: { mode: policy, callers: [${entry}] }`);
    expect(config.access).toEqual({
      mode: 'policy',
      anonymous: false,
      callers: [
        {
          name: 'corp',
          kind: 'oidc',
          issuer: 'https://sso.example',
          audience: 'tributary',
          algorithms: ['RS256'],
          userClaim: 'sub',
          groupsClaim: 'groups',
          caFile: '/etc/tributary/ca.pem',
          allowPrivateNetwork: false,
          insecure: false,
        },
        { name: 'ci', kind: 'token', tokensFile: '/etc/tributary/password' },
      ],
      rules: [],
      clusters: [],
    });
  });

  it.each([
    ['nobody who may call', 'access: { mode: policy }', 'access: lets nobody call: name callers'],
    [
      'an unknown key',
      'access: { mode: policy, anonymous: true, anonymus: true }',
      'access.anonymus: is no key that is known: did you mean "anonymous"?',
    ],
    [
      'a key of the other mode',
      'access: { mode: open, rules: [] }',
      'access.rules: is no key that is known: the keys here are mode',
    ],
    [
      'an unknown kind of callers',
      callers('name: a, kind: ldap'),
      'access.callers[0].kind: is no kind of callers: write oidc',
    ],
    [
      'an unknown key of callers',
      callers(`${oidc}, audiense: x`),
      'callers[0].audiense: is no key that is known: did you mean "audience"?',
    ],
    [
      'a name with a colon',
      callers('name: "a:b", kind: token, tokensFile: password'),
      'callers[0].name: is "a:b": write a name',
    ],
    [
      'an issuer over plain http',
      callers(oidc.replace('https', 'http')),
      'callers[0].issuer: is plain http, which anybody',
    ],
    [
      'keys over plain http',
      callers(`${oidc}, jwksUrl: "http://sso.example/keys"`),
      'callers[0].jwksUrl: is plain http',
    ],
    ['an issuer that is no URL', callers(oidc.replace('https://', '')), 'callers[0].issuer: is no http or https URL'],
    [
      'an issuer with a query',
      callers(oidc.replace('.example', '.example?a=b')),
      'callers[0].issuer: has a query or fragment',
    ],
    [
      'an algorithm that anybody can sign by',
      callers(`${oidc}, algorithms: [HS256]`),
      'algorithms[0]: is "HS256", by which whoever checks a token could make one: write some of RS256',
    ],
    ['no signature', callers(`${oidc}, algorithms: [none]`), 'algorithms[0]: is "none", by which whoever checks'],
    [
      'an unknown algorithm',
      callers(`${oidc}, algorithms: [RS257]`),
      'algorithms[0]: is "RS257", which is none that can be checked',
    ],
    ['no algorithm', callers(`${oidc}, algorithms: []`), 'callers[0].algorithms: is empty'],
    [
      'certificates that are missing',
      callers(`${oidc}, caFile: nope.pem`),
      'callers[0].caFile: names "/etc/tributary/nope.pem" that cannot be read',
    ],
    [
      'tokens that are missing',
      callers('name: ci, kind: token, tokensFile: nope'),
      'callers[0].tokensFile: names a file that cannot be read',
    ],
    [
      'tokens that are empty',
      callers('name: ci, kind: token, tokensFile: empty'),
      'callers[0].tokensFile: names a file that is empty',
    ],
    [
      'a cluster that is not there',
      callers('name: e, kind: kubernetes, source: east, audience: t'),
      'callers[0].source: is "east", and no entry of kind openshift under streams is called that: there are none',
    ],
    [
      'a source that is no cluster',
      policySample.replace('source: prod-east', 'source: local'),
      'callers[1].source: is "local", and no entry of kind openshift under streams is called that: there is "prod-east"',
    ],
    [
      'a name of callers twice',
      policySample.replace('name: east,', 'name: corp,'),
      'access.callers[1].name: "corp" is taken by access.callers[0] already',
    ],
    [
      'a rule about nobody',
      withRule('allow: [get], repositories: ["registry.example/**"]'),
      'access.rules[0]: is about nobody: write users, groups or both',
    ],
    [
      'a rule without a verb',
      withRule('users: ["**"], repositories: ["registry.example/**"]'),
      'access.rules[0]: allows and denies nothing: write allow or deny',
    ],
    [
      'a rule with both',
      withRule('users: ["**"], allow: [get], deny: [list], repositories: ["registry.example/**"]'),
      'access.rules[0]: both allows and denies: make two rules of it',
    ],
    [
      'a rule about nothing',
      withRule('users: ["**"], allow: [get]'),
      'access.rules[0]: is about nothing: write repositories, imageStreams or both',
    ],
    [
      'an unknown verb',
      withRule('users: ["**"], allow: [inspekt], repositories: ["registry.example/**"]'),
      'rules[0].allow[0]: is "inspekt", which is no verb: did you mean inspect?',
    ],
    [
      'a verb like no other',
      withRule('users: ["**"], deny: ["*"], repositories: ["registry.example/**"]'),
      'rules[0].deny[0]: is "*", which is no verb: write some of list, get',
    ],
    [
      'a user of no callers',
      withRule(everything.replace('**', 'oidc:corp:alice')),
      'rules[0].users[0]: is "oidc:corp:alice", and no callers of this file give such names: there is "token:ci:"',
    ],
    [
      'a user without a prefix',
      withRule(everything.replace('**', 'alice')),
      'rules[0].users[0]: is "alice", and no callers of this file give such names',
    ],
    [
      'a pattern of no callers',
      withRule(everything.replace('**', 'token:cy:*')),
      'rules[0].users[0]: is "token:cy:*", and no callers',
    ],
    [
      'a group of no callers',
      withRule(everything.replace('users', 'groups').replace('**', 'anonymous')),
      'rules[0].groups[0]: is "anonymous", and no callers',
    ],
    [
      'a registry by an alias',
      withRule(everything.replace('registry.example', 'Alias.example')),
      'rules[0].repositories[0]: names a registry by an alias: write its name, "registry.example"',
    ],
  ])('must not have %s', (_, text, expected) => {
    expect(said(text)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    'registry.example',
    '/team',
    'registry.example/',
    'registry.example//a',
    'registry.example/team:',
    'registry.example/a**',
    'registry.example/Team',
    '**/team',
    'https://registry.example/team',
    'registry.example/team@sha256:abc',
    '',
    '__proto__',
  ])('takes %j for no pattern of repositories', (pattern) => {
    const [first] = said(withRule(`users: ["**"], allow: [get], repositories: ["${pattern}"]`));
    expect(first).toMatch(
      pattern === '' ? /is empty/ : /^access\.rules\[0\]\.repositories\[0\]: is ".*", which is no pattern/,
    );
  });

  it.each(['local', 'local/shop', 'local/shop/web/x', 'local/shop/web/**/x', 'local:1/shop/web', 'local/shop/web:'])(
    'takes %j for no pattern of image streams',
    (pattern) => {
      expect(said(withRule(`users: ["**"], allow: [get], imageStreams: ["${pattern}"]`))).toEqual([
        expect.stringMatching(/^access\.rules\[0\]\.imageStreams\[0\]: is ".*", which is no pattern of image streams/),
      ]);
    },
  );

  it.each([
    'local/**',
    'local/shop/**',
    'local/**/web',
    'local/**/shop/web',
    'l*/*/*:*',
    'local/shop/web:any text / : at all',
  ])('takes %j for a pattern of image streams', (pattern) => {
    expect(valid(withRule(`users: ["**"], allow: [get], imageStreams: ["${pattern}"]`)).warnings).toEqual([]);
  });

  it('tells everything that is wrong at once, where it stands', () => {
    const text =
      'access:\n  mode: policy\n  callers:\n    - { name: a, kind: oidc }\n  rules:\n    - { allow: [x] }\n    - {}\n';
    const loaded = load(text);
    const problems = loaded.kind === 'invalid' ? loaded.problems : [];
    expect(problems.map(({ path, line }) => [path, line])).toEqual(
      expect.arrayContaining([
        ['access.callers[0].issuer', 4],
        ['access.callers[0].audience', 4],
        ['access.rules[0].allow[0]', 6],
        ['access.rules[0]', 6],
        ['access.rules[1]', 7],
      ]),
    );
  });

  it.each([
    [
      'a registry that is not configured',
      withRule(everything.replace('registry.example', 'other.example')),
      'access.rules[0].repositories[0]',
    ],
    [
      'registries of which none is configured',
      withRule(everything.replace('registry.example', '*.corp')),
      'access.rules[0].repositories[0]',
    ],
    [
      'a source that is not configured',
      withRule('users: ["**"], allow: [get], imageStreams: ["east/**"]'),
      'access.rules[0].imageStreams[0]',
    ],
    ['anonymous, who is not let in', withRule(everything.replace('**', 'anonymous')), 'access.rules[0].users[0]'],
    ['nobody and nothing', withPolicy(''), 'access'],
  ])('warns of a rule for %s', (_, text, path) => {
    expect(valid(text).warnings.map((warning) => warning.path)).toEqual([path]);
  });

  it.each(['**', '*', 'token:ci:*', 'token:ci:bot', 'token:*', 'a*'])('takes %j for a name of users', (name) => {
    expect(valid(withRule(everything.replace('**', name))).warnings).toEqual([]);
  });

  it('needs no callers where everyone is let in', () => {
    const rules = '[{ users: [anonymous], allow: [get], repositories: ["registry.example/**"] }]';
    const registries = 'registries: [{ name: registry.example, kind: oci }]';
    expect(valid(`access: { mode: policy, anonymous: true, rules: ${rules} }\n${registries}`).warnings).toEqual([]);
  });

  it('never shows what may be a secret', () => {
    const text = callers('name: hunter2x, kind: token, tokensFile: hunter2');
    expect(said(text).join()).not.toMatch(/hunter2(?!x)/);
    expect(said(callers(oidc.replace('sso', 'u:hunter2@sso'))).join()).not.toContain('hunter2');
  });
});
