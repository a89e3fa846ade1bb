import { expect, it } from '@jest/globals';
import { isAsBegun } from '../../src/domain/import-begun.ts';
import type { ImageStreamTag, TagSpec } from '../../src/domain/image-stream.ts';
import { digest } from '../support/fake-registry.ts';

const spec: TagSpec = {
  from: { kind: 'DOCKER_IMAGE', name: 'registry.example/team/app:1', namespace: undefined },
  reference: false,
  generation: 3,
  importPolicy: { scheduled: true, insecure: false, importMode: 'PRESERVE_ORIGINAL' },
  referencePolicy: 'SOURCE',
  upstream: undefined,
};
const item = { createdAt: 1, digest: digest('a'), dockerImageReference: 'registry.example/team/app@a', generation: 3 };
const condition = {
  type: 'ImportSuccess',
  status: 'False',
  reason: 'NOT_FOUND',
  message: 'there is none',
  generation: 3,
  lastTransitionTime: 2,
} as const;
const tag: ImageStreamTag = { name: '1', spec, history: [item], conditions: [] };

it.each<[string, ImageStreamTag | undefined, ImageStreamTag | undefined]>([
  ['a tag that nobody touched', tag, { ...tag, spec: { ...spec } }],
  ['a tag that was not there and is not', undefined, undefined],
  ['a tag whose older history was cut', tag, { ...tag, history: [{ ...item }] }],
  [
    'a tag with another policy',
    tag,
    { ...tag, spec: { ...spec, importPolicy: { ...spec.importPolicy, scheduled: false } } },
  ],
])('takes the import of %s', (_, begun, now) => {
  expect(isAsBegun(begun, now)).toBe(true);
});

it.each<[string, ImageStreamTag | undefined, ImageStreamTag | undefined]>([
  ['came meanwhile', undefined, tag],
  ['went meanwhile', tag, undefined],
  ['was asked for again', tag, { ...tag, spec: { ...spec, generation: 4 } }],
  ['comes from elsewhere now', tag, { ...tag, spec: { ...spec, from: { ...spec.from!, name: 'quay.io/a' } } }],
  ['is a mere reference now', tag, { ...tag, spec: { ...spec, reference: true } }],
  [
    'is imported in another mode',
    tag,
    { ...tag, spec: { ...spec, importPolicy: { ...spec.importPolicy, importMode: 'LEGACY' } } },
  ],
  ['is wanted no more', tag, { ...tag, spec: undefined }],
  ['moved', tag, { ...tag, history: [{ ...item, digest: digest('b') }, item] }],
  ['moved away and back', tag, { ...tag, history: [{ ...item, createdAt: 5 }] }],
  ['failed meanwhile', tag, { ...tag, conditions: [condition] }],
  ['recovered meanwhile', { ...tag, conditions: [condition] }, tag],
])('drops the import of a tag that %s', (_, begun, now) => {
  expect(isAsBegun(begun, now)).toBe(false);
});
