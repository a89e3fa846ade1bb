import { expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { loadConfig } from '../src/config.ts';
import { filesReadOnce } from '../src/open-files.ts';

it('O04: certificates and kubeconfigs are read once, secrets and what leads to a server are not', () => {
  const config = {
    access: {
      mode: 'policy',
      callers: [
        { name: 'corp', kind: 'oidc', issuer: 'https://sso.example', audience: 'tributary', caFile: 'sso.pem' },
        { name: 'ci', kind: 'token', tokensFile: 'tokens' },
      ],
    },
    registries: [
      {
        ...{ name: 'a.example', kind: 'oci', caFile: 'a.pem', webhook: { secretFile: 'hook' } },
        credentials: { username: 'robot', passwordFile: 'password' },
      },
    ],
    streams: [
      { name: 'local', kind: 'local' },
      { name: 'east', kind: 'openshift', kubeconfig: 'east.kubeconfig' },
      { name: 'west', kind: 'openshift', context: 'west' },
      { name: 'north', kind: 'openshift', server: 'https://n.example', tokenFile: 'token', caFile: 'north.pem' },
      { name: 'here', kind: 'openshift', inCluster: true },
    ],
  };
  const readFile = (path: string): string => (path.endsWith('.pem') ? '-----BEGIN CERTIFICATE-----' : 'a secret');
  const loaded = loadConfig(stringify(config), { file: '/etc/tributary/tributary.yaml', readFile });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  expect(filesReadOnce(loaded.config, { KUBECONFIG: '/home/me/one:/home/me/two' })).toEqual([
    '/etc/tributary/a.pem',
    '/etc/tributary/sso.pem',
    '/etc/tributary/east.kubeconfig',
    '/home/me/one',
    '/home/me/two',
  ]);
});
