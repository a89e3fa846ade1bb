import { parseImageStreamTagName } from '../../domain/image-stream-names.ts';
import type { TagAt, TagImport } from '../../domain/image-stream-source.ts';
import type { ImageStream } from '../../domain/image-stream.ts';
import { parseLabels } from '../../domain/labels.ts';
import type { ImageStreamAt } from '../../image-streams/reader.ts';
import { about } from '../../image-streams/source-rights.ts';
import type { GuardedMode, ImageStreamTagAt, Mode } from '../../image-streams/writer.ts';
import { cleanMessage } from '../errors.ts';
import type {
  ImportImageStreamInput,
  MutationResolvers,
  TagImageStreamInput,
  TagImport as TagImportAnswer,
} from '../generated/resolvers.ts';
import { formatGlobalId } from '../global-id.ts';
import { atMost100 } from '../limits.ts';
import type { ImageStreamTagModel } from '../models.ts';
import { answering } from '../user-errors.ts';
import { heldTag } from './image-stream-tag.ts';

/** Mutations of image streams: the input is read, the writer writes, and what comes of it is put into the payload's words. */
export const ImageStreamMutations: Required<MutationResolvers> = {
  createImageStream: (_, { input }, context, info) =>
    answering({ input, context, info }, {}, { CONFLICT: 'name' }, async (how) => {
      const wanted = { labels: parseLabels(input.labels), lookupLocal: input.lookupLocal };
      return { imageStream: await context.writer.create(streamAt(input), wanted, how) };
    }),

  deleteImageStream: (_, { input }, context, info) =>
    answering({ input, context, info }, {}, { NOT_FOUND: 'name' }, async (how) => {
      const key = await context.writer.delete(streamAt(input), how);
      return { deletedId: formatGlobalId({ kind: 'ImageStream', ...key }) };
    }),

  tagImageStream: (_, { input }, context, info) =>
    answering({ input, context, info }, { imageStreamTags: [], imports: [] }, blameOfFrom, async (how) => {
      atMost100(input.to, 'to');
      const to = await Promise.all(input.to.map((name, index) => tagAt({ ...input, name }, `to.${index}`)));
      const tagged = await context.writer.tag(to, wantedOf(input), guarded(how, input));
      return { imageStreamTags: tagsIn(tagged.streams, tagged.to), imports: tagged.imports.map(importAnswer) };
    }),

  untagImageStream: (_, { input }, context, info) =>
    answering({ input, context, info }, {}, { NOT_FOUND: 'name' }, async (how) => {
      const { stream, tag } = await context.writer.untag(await tagAt(input, 'name'), guarded(how, input));
      return { deletedId: formatGlobalId({ kind: 'ImageStreamTag', ...stream, tag }) };
    }),

  rollbackImageStreamTag: (_, { input }, context, info) =>
    answering({ input, context, info }, {}, { NOT_FOUND: input.to == null ? 'name' : 'to' }, async (how) => {
      const at = await tagAt(input, 'name');
      const imageStream = await context.writer.rollBack(at, input.to ?? undefined, guarded(how, input));
      return { imageStreamTag: heldTag(imageStream, at.tag) };
    }),

  importImageStream: (_, { input }, context, info) =>
    answering(
      { input, context, info },
      { imports: [] },
      input.from == null ? blameOfName : { NOT_FOUND: 'name', ...blameOfImport },
      async (how) => {
        const { tag, ...at } = await importAt(input);
        const imported = await context.writer.import(at, { tag, ...importWanted(input) }, guarded(how, {}));
        return { imageStream: imported.stream, imports: imported.imports.map(importAnswer) };
      },
    ),

  setImageLookup: (_, { input }, context, info) =>
    answering({ input, context, info }, {}, { NOT_FOUND: 'name' }, async (how) => {
      return { imageStream: await context.writer.setLookup(streamAt(input), input.local, how) };
    }),
};

/** What is refused without a word on which part of the input it is about, is about what is to be imported. */
const blameOfFrom = { NOT_FOUND: 'from.name', REFERENCE_INVALID: 'from.name', REGISTRY_UNKNOWN: 'from.name' };
const blameOfImport = { REFERENCE_INVALID: 'from', REGISTRY_UNKNOWN: 'from' };
const blameOfName = { NOT_FOUND: 'name', REFERENCE_INVALID: 'name', REGISTRY_UNKNOWN: 'name' };

interface NamedInput {
  readonly source?: string | null | undefined;
  readonly namespace: string;
  readonly name: string;
}

function streamAt({ source, namespace, name }: NamedInput): ImageStreamAt {
  return { source: source ?? undefined, namespace, name };
}

async function tagAt(input: NamedInput, argument: string): Promise<ImageStreamTagAt> {
  const { name, tag } = await about(argument, () => parseImageStreamTagName(input.name));
  return { ...streamAt({ ...input, name }), tag };
}

/** What is to be imported: a tag, or, without a separator, a whole image stream. */
async function importAt(input: ImportImageStreamInput): Promise<ImageStreamAt & { readonly tag: string | undefined }> {
  return /[:@]/.test(input.name) ? tagAt(input, 'name') : { ...streamAt(input), tag: undefined };
}

function guarded(how: Mode, { expectedDigest }: Pick<TagImageStreamInput, 'expectedDigest'>): GuardedMode {
  return { ...how, expectedDigest };
}

function wantedOf(input: TagImageStreamInput) {
  const { from, alias, reference, scheduled, insecure, referencePolicy, importMode } = input;
  const source = { kind: from.kind, name: from.name, namespace: from.namespace ?? undefined };
  return { from: source, alias, reference, scheduled, insecure, referencePolicy, importMode: importMode ?? undefined };
}

function importWanted({ from, all, scheduled, insecure, importMode }: ImportImageStreamInput) {
  return {
    from: from ?? undefined,
    all,
    scheduled: scheduled ?? undefined,
    insecure: insecure ?? undefined,
    importMode: importMode ?? undefined,
  };
}

function tagsIn(streams: readonly ImageStream[], to: readonly TagAt[]): readonly ImageStreamTagModel[] {
  return to.flatMap(({ stream: { namespace, name }, tag }) => {
    const stream = streams.find((each) => each.namespace === namespace && each.name === name);
    const found = stream && heldTag(stream, tag);
    return found === undefined ? [] : [found];
  });
}

function importAnswer(done: TagImport): TagImportAnswer {
  const { tag, state } = done;
  switch (done.state) {
    case 'IMPORTED':
    case 'UNCHANGED':
      return { tag, state, digest: done.digest };
    case 'FAILED':
      return { tag, state, error: { code: done.error.code, message: cleanMessage(done.error.message) } };
    case 'PENDING':
      return { tag, state };
  }
}
