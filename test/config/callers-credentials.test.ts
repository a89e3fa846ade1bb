import { describe, expect, it } from '@jest/globals';
import { said, valid } from './fixture.ts';

const policy = `{ mode: policy, callers: [
  { name: corp, kind: oidc, issuer: "https://sso.example", audience: tributary },
  { name: ci, kind: token, tokensFile: /run/secrets/tokens } ],
  rules: [{ users: ["**"], allow: [get], repositories: ["own.example/**"] }] }`;

/** A configuration with one registry of these keys. */
const withEntry = (keys: string, access = policy) =>
  `access: ${access}\nregistries: [{ name: own.example, ${keys} }]\n`;

describe('a registry that is read with the credential of who asks', () => {
  it.each([
    ['as it is', '', undefined],
    ['as a password', ', username: unused', 'unused'],
  ])('takes the token %s', (_, more, username) => {
    const { config, warnings } = valid(withEntry(`kind: oci, credentials: { fromCallers: [corp]${more} }`));
    expect(config.registries[0]?.credentials).toEqual({ fromCallers: ['corp'], username });
    expect(warnings).toEqual([]);
  });

  const path = 'registries[0]';
  it.each([
    [
      'open access',
      'kind: oci, credentials: { fromCallers: [corp] }',
      `${path}.credentials.fromCallers: wants callers`,
    ],
    ['nobody', 'kind: oci, credentials: { fromCallers: [] }', `${path}.credentials.fromCallers: names no callers`],
    [
      'callers that are not there',
      'kind: oci, credentials: { fromCallers: [crop] }',
      `${path}.credentials.fromCallers[0]: is "crop", and no callers of this file are called that: name callers of kind oidc or kubernetes; there is "corp"`,
    ],
    [
      'tokens of the gateway’s own',
      'kind: oci, credentials: { fromCallers: [corp, ci] }',
      `${path}.credentials.fromCallers[1]: is "ci", whose tokens are for this gateway and are never shown to a registry`,
    ],
    [
      'a password of the gateway’s',
      'kind: oci, credentials: { fromCallers: [corp], username: u, passwordFile: password }',
      `${path}.credentials.passwordFile: stands beside fromCallers`,
    ],
    [
      'a token of the gateway’s',
      'kind: openshift, credentials: { fromCallers: [corp], tokenFile: password }',
      `${path}.credentials.tokenFile: stands beside fromCallers`,
    ],
    [
      'a vendor who knows no callers',
      'kind: docker-hub, credentials: { fromCallers: [corp] }',
      `${path}.credentials.fromCallers: is for kind: oci and openshift`,
    ],
    [
      'watching',
      'kind: oci, credentials: { fromCallers: [corp] }, watch: { repositories: ["team/*"] }',
      `${path}.watch: wants a credential of the gateway itself`,
    ],
    [
      'webhooks',
      'kind: oci, credentials: { fromCallers: [corp] }, webhook: { secretFile: /run/secrets/hook }',
      `${path}.webhook: wants a credential of the gateway itself`,
    ],
  ])('is refused with %s', (what, keys, message) => {
    const text = what === 'open access' ? withEntry(keys, '{ mode: open }') : withEntry(keys);
    expect(said(text)).toEqual([expect.stringContaining(message)]);
  });
});
