import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import type { ChangeAt } from '../../src/domain/image-stream-history.ts';
import { setTagSpec, type WantedSpec } from '../../src/domain/image-stream-spec.ts';
import { newImageStream } from '../../src/domain/image-stream-tags.ts';
import type { ImageStream, ImageStreamTag, TagItem, TagSource } from '../../src/domain/image-stream.ts';
import { digestOf } from './given.ts';

/** A digest of one digit. */
export function image(digit: string): Digest {
  return parseDigest(digestOf(digit));
}

/** An image of a repository, as an import finds it. */
export function imported(
  digit: string,
  repository = 'quay.io/team/app',
): { digest: Digest; dockerImageReference: string } {
  return { digest: image(digit), dockerImageReference: `${repository}@${image(digit)}` };
}

/** An item of a history; it was made at the second of its generation. */
export function item(digit: string, generation: number, repository?: string): TagItem {
  return { ...imported(digit, repository), createdAt: generation * 1000, generation };
}

/** The stream shop/app without tags. */
export const empty: ImageStream = newImageStream({ source: 'local', namespace: 'shop', name: 'app' }, 0);

/** A tag that is just so. */
export function tagWith(name: string, parts: Partial<ImageStreamTag>): ImageStreamTag {
  return { name, spec: undefined, history: [], conditions: [], ...parts };
}

/** What is wanted of a tag that comes from somewhere. */
export function wanted(from: TagSource | undefined, parts: Partial<WantedSpec> = {}): WantedSpec {
  return {
    from,
    reference: false,
    importPolicy: { scheduled: false, insecure: false, importMode: 'PRESERVE_ORIGINAL' },
    referencePolicy: 'SOURCE',
    upstream: undefined,
    ...parts,
  };
}

/** An image of a registry as a source. */
export function fromRegistry(name = 'quay.io/team/app:1'): TagSource {
  return { kind: 'DOCKER_IMAGE', name, namespace: undefined };
}

/** A tag, `tag` or `stream:tag`, as a source. */
export function fromTag(name: string, namespace?: string): TagSource {
  return { kind: 'IMAGE_STREAM_TAG', name, namespace };
}

/** An image, `stream@digest`, as a source. */
export function fromImage(name: string, namespace?: string): TagSource {
  return { kind: 'IMAGE_STREAM_IMAGE', name, namespace };
}

/** When changes of these tests are made: one second after another, as `second` says. */
export function at(second: number, mostItems = 50): ChangeAt {
  return { now: second * 1000, mostItems };
}

/** The stream with that wanted of a tag; fails where it cannot be. */
export function withWanted(
  stream: ImageStream,
  name: string,
  wish: WantedSpec,
  options: { readonly second?: number; readonly again?: boolean; readonly others?: readonly ImageStream[] } = {},
): ImageStream {
  const { second = 100, again = false, others = [] } = options;
  const set = setTagSpec(stream, name, wish, {
    ...at(second),
    again,
    streamOf: (key) => others.find((other) => other.namespace === key.namespace && other.name === key.name),
  });
  if (set.kind !== 'SET') throw new Error(set.kind);
  return set.stream;
}

/** The digits of the images that a tag points at and pointed at, newest first; `-` for a mere reference. */
export function imagesOfTag(stream: ImageStream, tag: string): string | undefined {
  return stream.tags
    .get(tag)
    ?.history.map(({ digest }) => digest?.charAt('sha256:'.length) ?? '-')
    .join('');
}
