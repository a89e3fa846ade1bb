import { GatewayError } from './errors.ts';
import { withHead } from './image-stream-followers.ts';
import type { ChangeAt } from './image-stream-history.ts';
import { findSource, type MissingSource, type StreamOf } from './tag-source.ts';
import { tagOf, withTag } from './image-stream-tags.ts';
import type { ImageStream, TagSource, TagSpec } from './image-stream.ts';
import type { RepositoryTagKey } from './tag-event.ts';

/** What somebody wants of a tag. */
export type WantedSpec = Omit<TagSpec, 'generation'>;

/** What came of wanting it. */
export type TagSpecChange =
  /** `stream` is as it was (the same object) where nothing changes. `isImportAsked`: an import has to go and look now. */
  { readonly kind: 'SET'; readonly stream: ImageStream; readonly isImportAsked: boolean } | MissingSource;

export interface TagSpecOptions extends ChangeAt {
  /** Asks for an import even of what is wanted already (OpenShift: generation 0). */
  readonly again?: boolean;
  readonly streamOf: StreamOf;
}

/**
 * Sets what is wanted of a tag. Whatever differs is a new generation of the stream; of the tag only where its source, its
 * being a reference or its import mode differ, since only these may bring another image. Then the source is looked up, and
 * the tag's followers go with it. Throws ARGUMENT_INVALID for a schedule of what is not imported, and as `findSource` does.
 *
 * Unlike OpenShift, another kind of source counts even where its name is the same: the name means something else then.
 */
export function setTagSpec(
  stream: ImageStream,
  name: string,
  wanted: WantedSpec,
  options: TagSpecOptions,
): TagSpecChange {
  if (wanted.importPolicy.scheduled && wanted.from?.kind !== 'DOCKER_IMAGE') {
    throw new GatewayError('ARGUMENT_INVALID', 'only a tag that is imported from a registry can be scheduled', {
      argument: 'scheduled',
    });
  }
  const tag = tagOf(stream, name);
  const generation = stream.generation + 1;
  if (tag.spec !== undefined && options.again !== true && !asksForMore(tag.spec, wanted)) {
    if (isSameWish(tag.spec, wanted)) return { kind: 'SET', stream, isImportAsked: false };
    const spec = { ...wanted, generation: tag.spec.generation };
    return { kind: 'SET', stream: withTag({ ...stream, generation }, { ...tag, spec }), isImportAsked: false };
  }
  const found = findSource(stream, wanted, options.now, options.streamOf);
  if (found.kind === 'NO_STREAM' || found.kind === 'NO_IMAGE') return found;
  const from = found.kind === 'ITEM' ? found.from : wanted.from;
  const asked = withTag({ ...stream, generation }, { ...tag, spec: { ...wanted, from, generation } });
  return {
    kind: 'SET',
    stream: found.kind === 'ITEM' ? withHead(asked, name, { ...found.item, generation }, options) : asked,
    isImportAsked: found.kind === 'IMPORT',
  };
}

/** Whether two sources are the same. */
export function isSameSource(a: TagSource | undefined, b: TagSource | undefined): boolean {
  return a?.kind === b?.kind && a?.name === b?.name && a?.namespace === b?.namespace;
}

function asksForMore(spec: WantedSpec, wanted: WantedSpec): boolean {
  const isOtherImport = spec.importPolicy.importMode !== wanted.importPolicy.importMode;
  return isOtherImport || spec.reference !== wanted.reference || !isSameSource(spec.from, wanted.from);
}

/** Whether two wishes are the same in everything. */
export function isSameWish(a: WantedSpec, b: WantedSpec): boolean {
  return (
    !asksForMore(a, b) &&
    a.importPolicy.scheduled === b.importPolicy.scheduled &&
    a.importPolicy.insecure === b.importPolicy.insecure &&
    a.referencePolicy === b.referencePolicy &&
    isSameUpstream(a.upstream, b.upstream)
  );
}

function isSameUpstream(a: RepositoryTagKey | undefined, b: RepositoryTagKey | undefined): boolean {
  return a?.registry === b?.registry && a?.repository === b?.repository && a?.tag === b?.tag;
}
