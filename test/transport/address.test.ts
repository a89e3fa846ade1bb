import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressKind, hostAndPort, literalAddress } from '../../src/transport/address.ts';

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '64:ff9b::8.8.8.8', '2002:808:808::1', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(addressKind(address)).toBe('public');
    },
  );

  it.each([
    ...['127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '198.18.0.1', '240.0.0.1'],
    ...['::1', 'fd12::1', 'fc00::1', 'fec0::1', '2001:db8::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1'],
    ...['64:ff9b::10.0.0.1', '2002:a00:1::', '::127.0.0.1', '64:ff9b:1::7f00:1', '::ffff:0:10.0.0.1'],
  ])('%s is private', (address) => {
    expect(addressKind(address)).toBe('private');
  });

  it.each([
    ...['169.254.169.254', '169.254.0.1', '0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255', '100.100.100.200'],
    ...['::', 'fe80::1', 'fe80::1%eth0', 'ff02::1', 'fd00:ec2::254', '::ffff:169.254.169.254', '::ffff:0.0.0.0'],
    ...['64:ff9b::169.254.169.254', '2002:a9fe:a9fe::1', '::169.254.169.254', '2001::1', 'localhost', ''],
  ])('%s is forbidden', (address) => {
    expect(addressKind(address)).toBe('forbidden');
  });

  it('are as good as the IPv4 address that they carry', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressKind(`::ffff:${address}`)).toBe(addressKind(address));
        expect(addressKind(`64:ff9b::${address}`)).toBe(addressKind(address));
      }),
    );
  });

  it('are told from names as URLs write them', () => {
    expect(literalAddress(new URL('https://[::1]/').hostname)).toBe('::1');
    expect(literalAddress(new URL('https://0x7f000001/').hostname)).toBe('127.0.0.1');
    expect(literalAddress('registry.example')).toBeUndefined();
  });

  it('are paired with the port that a URL means', () => {
    expect(hostAndPort(new URL('https://A.example'))).toBe('a.example:443');
    expect(hostAndPort(new URL('http://a.example'))).toBe('a.example:80');
    expect(hostAndPort(new URL('https://[::1]:5000'))).toBe('[::1]:5000');
  });
});
