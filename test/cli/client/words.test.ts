import { describe, expect, it } from '@jest/globals';
import { parseServerAddress } from '../../../src/cli/client/address.ts';
import { failureOfErrors } from '../../../src/cli/client/answer-errors.ts';
import { parseExpectedDigest, parseImportMode, parseReferencePolicy } from '../../../src/cli/client/choices.ts';
import { parseImageStreamName, parseImageStreamTagName } from '../../../src/cli/client/image-stream-name.ts';
import { parseSourceKind, parseTagSource } from '../../../src/cli/client/tag-source.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the address of a gateway', () => {
  it.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/graphql', 'ws://127.0.0.1:4000/graphql'],
    ['https://images.example/', 'https://images.example/graphql', 'wss://images.example/graphql'],
    ['https://a.example/images/graphql', 'https://a.example/images/graphql', 'wss://a.example/images/graphql'],
  ])('%s is asked at %s and %s', (text, http, webSocket) => {
    expect(parseServerAddress(text)).toEqual({ http, webSocket });
  });

  it.each(['localhost:4000', 'images', 'ftp://a.example', 'http://a.example/?x=1'])('refuses %s', (text) => {
    expect(() => parseServerAddress(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('refuses credentials, and does not repeat them', () => {
    expect(() => parseServerAddress('https://me:secret@a.example')).toThrow(
      expect.objectContaining({ exitCode: 2, message: 'the URL of the gateway must hold no credentials' }),
    );
  });
});

describe('names of image streams', () => {
  it.each([
    ['shop/api:prod', {}, { source: undefined, namespace: 'shop', stream: 'api', tag: 'prod' }],
    ['api:prod', { namespace: 'shop' }, { source: undefined, namespace: 'shop', stream: 'api', tag: 'prod' }],
    ['east/shop/api', {}, { source: 'east', namespace: 'shop', stream: 'api', tag: undefined }],
    ['shop/api:a:b/c', { source: 'east' }, { source: 'east', namespace: 'shop', stream: 'api', tag: 'a:b/c' }],
  ])('reads %s with %j', (text, options, expected) => {
    expect(parseImageStreamName(text, options)).toEqual(expected);
  });

  it.each([
    ['api:prod', {}, 'write namespace/api:prod'],
    ['shop/api:prod', { namespace: 'team' }, '--namespace says team'],
    ['east/shop/api:prod', { source: 'west' }, '--source says west'],
    ['shop/api:', {}, 'expected'],
    ['/api:prod', {}, 'expected'],
    [`shop/api@${digest}`, {}, 'expected'],
    ['a/b/c/d:e', {}, 'expected'],
    ['shop/api', {}, 'names no tag'],
  ])('refuses %s with %j', (text, options, message) => {
    expect(() => parseImageStreamTagName(text, options)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });
});

describe('sources of tags', () => {
  it.each([
    ['quay.io/org/api:1', 'DOCKER_IMAGE', 'quay.io/org/api:1', undefined],
    ['localhost:5000/api', 'DOCKER_IMAGE', 'localhost:5000/api', undefined],
    ['localhost/api:1', 'DOCKER_IMAGE', 'localhost/api:1', undefined],
    ['host/team/api:1', 'DOCKER_IMAGE', 'host/team/api:1', undefined],
    ['nginx', 'DOCKER_IMAGE', 'nginx', undefined],
    ['library/nginx', 'DOCKER_IMAGE', 'library/nginx', undefined],
    ['nginx:1.27', 'IMAGE_STREAM_TAG', 'nginx:1.27', 'team'],
    ['shop/api:prod', 'IMAGE_STREAM_TAG', 'api:prod', 'shop'],
    [`api@${digest}`, 'IMAGE_STREAM_IMAGE', `api@${digest}`, 'team'],
    [`shop/api@${digest}`, 'IMAGE_STREAM_IMAGE', `api@${digest}`, 'shop'],
    [`quay.io/org/api@${digest}`, 'DOCKER_IMAGE', `quay.io/org/api@${digest}`, undefined],
  ])('takes %s for %s, as oc tag does', (text, kind, name, namespace) => {
    expect(parseTagSource(text, undefined, 'team')).toEqual({ kind, name, namespace });
  });

  it('takes a source for what --source-kind says', () => {
    expect(parseTagSource('nginx:1.27', parseSourceKind('docker'), 'team')).toEqual({
      kind: 'DOCKER_IMAGE',
      name: 'nginx:1.27',
      namespace: undefined,
    });
    expect(() => parseTagSource('nginx', parseSourceKind('istag'))).toThrow('is not [namespace/]stream:tag');
    expect(() => parseTagSource('a/b/c:d', parseSourceKind('ImageStreamTag'))).toThrow('is not [namespace/]stream:tag');
    expect(() => parseTagSource('nginx:1', parseSourceKind('isimage'))).toThrow('is not [namespace/]stream@digest');
    expect(() => parseSourceKind('image')).toThrow('expected docker, istag or isimage');
  });
});

it('reads the words of options as oc writes them', () => {
  expect(['Legacy', 'PreserveOriginal', 'PRESERVE_ORIGINAL'].map(parseImportMode)).toEqual([
    'LEGACY',
    'PRESERVE_ORIGINAL',
    'PRESERVE_ORIGINAL',
  ]);
  expect(['source', 'Local'].map(parseReferencePolicy)).toEqual(['SOURCE', 'LOCAL']);
  expect([digest, 'none'].map(parseExpectedDigest)).toEqual([digest, null]);
  expect(() => parseImportMode('all')).toThrow('is no import mode');
  expect(() => parseReferencePolicy('mine')).toThrow('is no reference policy');
  expect(() => parseExpectedDigest('abc')).toThrow('is no digest');
});

it.each([
  ['NOT_FOUND', 1],
  ['CONFLICT', 1],
  ['REFERENCE_INVALID', 2],
  ['OPERATION_NOT_ALLOWED', 2],
  ['FORBIDDEN', 2],
  ['UPSTREAM_TIMEOUT', 3],
  ['UNAVAILABLE', 3],
  ['GRAPHQL_VALIDATION_FAILED', 3],
])('%s ends a command with %i, in the words of the gateway', (code, exitCode) => {
  expect(failureOfErrors([{ message: 'so it is', extensions: { code } }])).toMatchObject({
    exitCode,
    message: expect.stringContaining(`${code}: so it is`),
  });
});
