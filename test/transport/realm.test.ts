import { describe, expect, it } from '@jest/globals';
import { isGatewayError } from '../../src/domain/errors.ts';
import { checkRealm } from '../../src/transport/realm.ts';
import { registry } from './support/exchange.ts';

interface Where {
  readonly origin?: string;
  readonly tokenRealms?: readonly string[];
  readonly insecure?: boolean;
}

function refusal(
  realm: string,
  { origin = 'https://registry.example', tokenRealms = [], insecure = false }: Where = {},
): string | undefined {
  try {
    checkRealm(new URL(realm), { registry, origin: new URL(origin), tokenRealms, insecure });
    return undefined;
  } catch (error) {
    return isGatewayError(error, 'UPSTREAM_UNAUTHORIZED') ? error.message : 'another error';
  }
}

describe('a token realm', () => {
  it('is fine on the registry itself, where it is well known, and where it is configured', () => {
    expect(refusal('https://registry.example/token')).toBeUndefined();
    expect(refusal('https://auth.docker.io/token', { origin: 'https://registry-1.docker.io' })).toBeUndefined();
    expect(refusal('https://gitlab.com/jwt/auth', { origin: 'https://registry.gitlab.com' })).toBeUndefined();
    expect(
      refusal('https://sso.corp.example:8443/t', { tokenRealms: ['https://sso.corp.example:8443'] }),
    ).toBeUndefined();
  });

  it('elsewhere is refused with its origin and the key that would allow it, and without the rest of its URL', () => {
    const message = refusal('https://evil.example/secret-path?x=y');
    expect(message).toContain('https://evil.example refused');
    expect(message).toContain('`tokenRealms`');
    expect(message).not.toContain('secret-path');
  });

  it('is not taken for a well-known one by look-alikes', () => {
    expect(refusal('https://auth.docker.io/token')).toBeDefined();
    expect(
      refusal('https://auth.docker.io.evil.example/token', { origin: 'https://registry-1.docker.io' }),
    ).toBeDefined();
    expect(refusal('https://auth.docker.io/token', { origin: 'https://registry-1.docker.io:8443' })).toBeDefined();
    expect(refusal('https://auth.docker.io:444/token', { origin: 'https://registry-1.docker.io' })).toBeDefined();
  });

  it('is refused over plain http, even on the right host, and even configured, unless insecure', () => {
    expect(refusal('http://registry.example/token')).toContain('insecure');
    expect(refusal('http://sso.example/t', { tokenRealms: ['http://sso.example'] })).toContain('insecure');
    expect(refusal('http://sso.example/t', { tokenRealms: ['http://sso.example'], insecure: true })).toBeUndefined();
    expect(refusal('http://registry.example/token', { insecure: true })).toContain('tokenRealms');
    expect(
      refusal('http://registry.example/token', { origin: 'http://registry.example', insecure: true }),
    ).toBeUndefined();
  });

  it.each([
    'https://user@registry.example/t',
    'https://user:pass@registry.example/t',
    'https://0.0.0.0/t',
    'http://169.254.169.254/',
    'https://[fe80::1]/t',
  ])('%s is refused even where it is configured', (realm) => {
    expect(refusal(realm, { tokenRealms: [new URL(realm).origin], insecure: true })).toBeDefined();
  });
});
