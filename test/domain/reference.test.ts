import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import {
  formatImageReference,
  formatReference,
  formatTagReference,
  isRegistryName,
  isRepositoryName,
  isTagName,
  parseReference,
  parseRegistryName,
  parseRepositoryName,
  parseTagName,
  type Reference,
} from '../../src/domain/reference.ts';
import { digestOf, failureOf, outcomeOf } from './given.ts';

const part = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:[._]|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
const repositories = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parseRepositoryName(parts.join('/')));
const hosts = fc.oneof(
  fc.constantFrom('quay.io', 'localhost', 'Registry', '[::1]', '127.0.0.1'),
  fc.stringMatching(/^[a-z0-9]{1,10}(?:-[a-z0-9]{1,5}){0,2}\.[a-z]{2,5}$/),
);
const registries = fc
  .tuple(hosts, fc.option(fc.integer({ min: 1, max: 65535 })))
  .map(([host, port]) => parseRegistryName(port === null ? host : `${host}:${String(port)}`));
const tags = fc.stringMatching(/^\w[\w.-]{0,127}$/).map(parseTagName);
const digests: fc.Arbitrary<Digest> = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => parseDigest(`sha256:${hex}`));
const references: fc.Arbitrary<Reference> = fc.record({
  registry: registries,
  repository: repositories,
  tag: fc.option(tags, { nil: undefined }),
  digest: fc.option(digests, { nil: undefined }),
});

describe('a reference', () => {
  it('is read with the defaults of docker', () => {
    expect(parseReference('nginx')).toEqual({ registry: 'docker.io', repository: 'library/nginx' });
    expect(parseReference('bitnami/redis:7')).toEqual({ registry: 'docker.io', repository: 'bitnami/redis', tag: '7' });
    expect(formatReference(parseReference('index.docker.io/nginx'))).toBe('docker.io/library/nginx');
    expect(formatReference(parseReference('localhost/nginx'))).toBe('localhost/nginx');
  });

  it('keeps tag and digest where both are written', () => {
    const text = `quay.io/org/app:1.2@${digestOf('a')}`;
    expect(parseReference(text)).toMatchObject({ tag: '1.2', digest: digestOf('a') });
    expect(formatReference(parseReference(text))).toBe(text);
  });

  it('is read back from its full form to the same, whatever it is', () => {
    fc.assert(
      fc.property(references, (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
      }),
    );
  });

  it('is refused with REFERENCE_INVALID and nothing else, whatever the text', () => {
    const near = fc.stringMatching(/^[a-zA-Z0-9.:@/_[\]-]{0,80}$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const outcome = outcomeOf(() => parseReference(text));
        if (typeof outcome === 'string') expect(outcome).toBe('REFERENCE_INVALID');
        else expect(parseReference(formatReference(outcome))).toEqual(outcome);
      }),
    );
  });

  it.each([
    ['a NUL', 'quay.io/a\u0000b'],
    ['a line break at its end', 'quay.io/a\n'],
    ['a line break in its tag', 'quay.io/a:b\nc'],
    ['a way up', 'quay.io/../a'],
    ['an escaped way up', 'quay.io/%2e%2e/a'],
    ['a way up in its tag', 'quay.io/a:..'],
    ['a way up in its digest', 'quay.io/a@sha256:../../x'],
    ['a user', 'user:password@quay.io/a'],
    ['a name outside ASCII', 'пример.рф/a'],
    ['a full-width dot', 'quay。io/a'],
    ['a query', 'quay.io/a?x=1'],
    ['a backslash', 'quay.io\\evil/a'],
    ['an empty part', 'quay.io//a'],
    ['port 0', 'quay.io:0/a'],
    ['a port beyond 65535', 'quay.io:65536/a'],
    ['a host that is no host', 'foo_bar.com/a'],
    ['nothing', ''],
    ['a registry alone', 'quay.io/'],
  ])('is refused with %s', (_what, text) => {
    expect(failureOf(() => parseReference(text)).code).toBe('REFERENCE_INVALID');
  });

  it.each([
    [
      'quay.io/Org/App:1',
      '"quay.io/Org/App:1" is not a reference: "Org/App" is not the name of a repository: it must be in lower case, as "org/app"',
    ],
    ['https://quay.io/a/b', '"https://quay.io/a/b" is a URL: write the reference without "https://"'],
    [
      'quay.io/a:-1',
      '"quay.io/a:-1" is not a reference: "-1" is not a tag: expected 1 to 128 letters, digits, "_", "." or "-", beginning with a letter, a digit or "_"',
    ],
    [
      'quay.io/a@sha256:12',
      '"quay.io/a@sha256:12" is not a reference: "sha256:12" is not a digest: expected sha256: and 64 hex digits in lower case (or sha384, sha512)',
    ],
    ['a'.repeat(2000), `"${'a'.repeat(200)}…" is not a reference: it has 2000 characters, at most 1024 are allowed`],
    [
      'a\u202eb',
      '"a\\u202eb" is not a reference: "library/a\\u202eb" is not the name of a repository: expected parts of a-z and 0-9, joined by single "/" and within by ".", "_", "__" or "-"',
    ],
  ])('that is %j is refused with words that say what is wrong', (text, message) => {
    expect(failureOf(() => parseReference(text)).message).toBe(message);
  });

  it('of a million hostile characters is refused at once', () => {
    const started = performance.now();
    for (const text of ['a-'.repeat(500_000), 'a.'.repeat(500_000), ':'.repeat(1_000_000), '/'.repeat(1_000_000)]) {
      expect(failureOf(() => parseReference(text)).code).toBe('REFERENCE_INVALID');
      expect(isRepositoryName(text) || isRegistryName(text) || isTagName(text)).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('names', () => {
  it('make the references of images and tags', () => {
    const registry = parseRegistryName('quay.io:443');
    const repository = parseRepositoryName('org/app');
    expect(formatTagReference(registry, repository, parseTagName('v1'))).toBe('quay.io:443/org/app:v1');
    expect(formatImageReference(registry, repository, parseDigest(digestOf('b')))).toBe(
      `quay.io:443/org/app@${digestOf('b')}`,
    );
  });

  it('are as long as they may be, and no longer', () => {
    expect([255, 256].map((length) => isRepositoryName('a'.repeat(length)))).toEqual([true, false]);
    expect([128, 129].map((length) => isTagName('a'.repeat(length)))).toEqual([true, false]);
    expect([253, 254].map((length) => isRegistryName('a'.repeat(length)))).toEqual([true, false]);
  });

  it.each(['quay.io', 'a', 'localhost:5000', '[2001:db8::1]:5000', '192.168.0.1:1', 'x:65535'])(
    '%s names a registry',
    (text) => {
      expect(isRegistryName(text)).toBe(true);
    },
  );

  it.each(['', '-a', 'a-', 'a..b', 'a_b', 'a:', 'a:0', 'a:65536', 'a:1:2', '[fe80::1%eth0]', 'a/b', 'a@b', 'a\n'])(
    '%j names no registry',
    (text) => {
      expect(isRegistryName(text)).toBe(false);
      expect(failureOf(() => parseRegistryName(text)).code).toBe('REFERENCE_INVALID');
    },
  );

  it.each(['', '/', 'a/', '/a', 'a//b', 'A', 'a..b', 'a___b', '_a', 'a.', '.', '..', 'a\n', 'a b', 'a:b'])(
    '%j names no repository',
    (text) => {
      expect(isRepositoryName(text)).toBe(false);
      expect(failureOf(() => parseRepositoryName(text)).code).toBe('REFERENCE_INVALID');
    },
  );

  it.each(['', '.', '..', '-a', 'a/b', 'a:b', 'ä', 'a\n', 'a b', 'sha256:abc'])('%j is no tag', (text) => {
    expect(isTagName(text)).toBe(false);
    expect(failureOf(() => parseTagName(text)).code).toBe('REFERENCE_INVALID');
  });
});
