import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDigest } from '../../src/domain/digest.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { formatGlobalId, parseGlobalId, type GlobalId } from '../../src/graphql/global-id.ts';

const registry = parseRegistryName('registry.corp.example:5000');
const repository = parseRepositoryName('team/app');
const digest = parseDigest(`sha256:${'0123456789abcdef'.repeat(4)}`);

const stream = { source: 'local', namespace: 'shop', name: 'api' };

const ids: readonly GlobalId[] = [
  { kind: 'Registry', registry },
  { kind: 'Repository', registry, repository },
  { kind: 'Tag', registry, repository, tag: parseTagName('1.2-x_Y') },
  { kind: 'Image', registry, repository, digest },
  { kind: 'ImageStream', ...stream },
  { kind: 'ImageStreamTag', ...stream, tag: '1.2' },
  { kind: 'ImageStreamTag', ...stream, tag: 'ä/b:c@"d",e' },
  { kind: 'ImageStreamImage', ...stream, digest },
];

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('global identifiers', () => {
  it.each(ids)('of a $kind name it again', (id) => {
    const text = formatGlobalId(id);
    expect(text).toMatch(/^[\w-]+$/);
    expect(parseGlobalId(text)).toEqual(id);
  });

  it('are the same everywhere: base64url of type, version and natural key', () => {
    expect(ids.map((id) => Buffer.from(formatGlobalId(id), 'base64url').toString())).toEqual([
      'Registry:v1:registry.corp.example:5000',
      'Repository:v1:registry.corp.example:5000/team/app',
      'Tag:v1:registry.corp.example:5000/team/app:1.2-x_Y',
      `Image:v1:registry.corp.example:5000/team/app@${digest}`,
      'ImageStream:v1:["local","shop","api"]',
      'ImageStreamTag:v1:["local","shop","api","1.2"]',
      'ImageStreamTag:v1:["local","shop","api","ä/b:c@\\"d\\",e"]',
      `ImageStreamImage:v1:["local","shop","api","${digest}"]`,
    ]);
  });

  it.each([
    '',
    'x',
    'not base64!',
    `${encode('Registry:v1:docker.io')}=`,
    encode('Registry:v2:docker.io'),
    encode('Registry:v1:'),
    encode('Planet:v1:docker.io'),
    encode('Repository:v1:docker.io'),
    encode('Repository:v1:docker.io/../x'),
    encode('Repository:v1:docker.io/a?b=1'),
    encode('Tag:v1:docker.io/a'),
    encode('Tag:v1:docker.io/a:.x'),
    encode('Image:v1:docker.io/a@md5:0'),
    encode('Image:v1:docker.io/a'),
    encode('__proto__:v1:x'),
    encode('ImageStream:v1:local/shop/api'),
    encode('ImageStream:v1:["local", "shop", "api"]'),
    encode('ImageStream:v1:["local","shop"]'),
    encode('ImageStream:v1:["local","shop","api","1"]'),
    encode('ImageStream:v1:["local","shop",1]'),
    encode('ImageStreamTag:v1:["local","shop","api"]'),
    encode('ImageStreamImage:v1:["local","shop","api","sha256:0"]'),
    encode(`Repository:v1:docker.io/${'a'.repeat(2000)}`),
  ])('that were never made name nothing: %s', (text) => {
    expect(parseGlobalId(text)).toBeUndefined();
  });

  it('of bytes that are no text name nothing, since others would name the same', () => {
    const bytes = Buffer.concat([
      Buffer.from('ImageStream:v1:["local","shop","'),
      Buffer.from([0xff]),
      Buffer.from('"]'),
    ]);
    expect(parseGlobalId(bytes.toString('base64url'))).toBeUndefined();
  });

  it('name nothing, and are no fault, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('Registry', 'Repository', 'Tag', 'Image', 'ImageStream', 'ImageStreamTag'),
        (text, kind) => {
          expect(parseGlobalId(`${text}!`)).toBeUndefined();
          const id = parseGlobalId(encode(`${kind}:v1:${text}`));
          if (id !== undefined) expect(formatGlobalId(id)).toBe(encode(`${kind}:v1:${text}`));
        },
      ),
    );
  });
});
