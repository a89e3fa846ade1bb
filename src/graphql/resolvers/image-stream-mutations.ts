import { parseImageStreamTagName } from '../../domain/image-stream-names.ts';
import type { TagAt, TagImport } from '../../domain/image-stream-source.ts';
import type { ImageStream } from '../../domain/image-stream.ts';
import { parseLabels } from '../../domain/labels.ts';
import { onceOf } from '../../image-streams/once.ts';
import type { ImageStreamAt } from '../../image-streams/reader.ts';
import { about } from '../../image-streams/source-rights.ts';
import type { GuardedMode, ImageStreamTagAt, Mode } from '../../image-streams/writer.ts';
import type { GraphQLContext } from '../context.ts';
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
  createImageStream: (_, { input }, context) =>
    answering(context, {}, { CONFLICT: 'name' }, async () => {
      const wanted = { labels: parseLabels(input.labels), lookupLocal: input.lookupLocal };
      const how = modeOf('createImageStream', input, context);
      return { imageStream: await context.writer.create(streamAt(input), wanted, how) };
    }),

  deleteImageStream: (_, { input }, context) =>
    answering(context, {}, { NOT_FOUND: 'name' }, async () => {
      const key = await context.writer.delete(streamAt(input), modeOf('deleteImageStream', input, context));
      return { deletedId: formatGlobalId({ kind: 'ImageStream', ...key }) };
    }),

  tagImageStream: (_, { input }, context) =>
    answering(context, { imageStreamTags: [], imports: [] }, blameOfFrom, async () => {
      atMost100(input.to, 'to');
      const to = await Promise.all(input.to.map((name, index) => tagAt({ ...input, name }, `to.${index}`)));
      const how = guardedModeOf('tagImageStream', input, context);
      const tagged = await context.writer.tag(to, wantedOf(input), how);
      return { imageStreamTags: tagsIn(tagged.streams, tagged.to), imports: tagged.imports.map(importAnswer) };
    }),

  untagImageStream: (_, { input }, context) =>
    answering(context, {}, { NOT_FOUND: 'name' }, async () => {
      const how = guardedModeOf('untagImageStream', input, context);
      const { stream, tag } = await context.writer.untag(await tagAt(input, 'name'), how);
      return { deletedId: formatGlobalId({ kind: 'ImageStreamTag', ...stream, tag }) };
    }),

  rollbackImageStreamTag: (_, { input }, context) =>
    answering(context, {}, { NOT_FOUND: input.to == null ? 'name' : 'to' }, async () => {
      const at = await tagAt(input, 'name');
      const how = guardedModeOf('rollbackImageStreamTag', input, context);
      const imageStream = await context.writer.rollBack(at, input.to ?? undefined, how);
      return { imageStreamTag: heldTag(imageStream, at.tag) };
    }),

  importImageStream: (_, { input }, context) =>
    answering(
      context,
      { imports: [] },
      input.from == null ? blameOfName : { NOT_FOUND: 'name', ...blameOfImport },
      async () => {
        const { tag, ...at } = await importAt(input);
        const how = guardedModeOf('importImageStream', input, context);
        const imported = await context.writer.import(at, { tag, ...importWanted(input) }, how);
        return { imageStream: imported.stream, imports: imported.imports.map(importAnswer) };
      },
    ),

  setImageLookup: (_, { input }, context) =>
    answering(context, {}, { NOT_FOUND: 'name' }, async () => {
      const how = modeOf('setImageLookup', input, context);
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

type ModeInput = Parameters<typeof onceOf>[2] & { readonly dryRun: boolean };

/** A dry run does nothing, and so nothing that could be done twice. */
function modeOf(mutation: string, input: ModeInput, { viewer }: GraphQLContext): Mode {
  const once = onceOf(viewer, mutation, input);
  return { dryRun: input.dryRun, once: input.dryRun ? undefined : once };
}

function guardedModeOf(
  mutation: string,
  input: ModeInput & Pick<TagImageStreamInput, 'expectedDigest'>,
  context: GraphQLContext,
): GuardedMode {
  return { ...modeOf(mutation, input, context), expectedDigest: input.expectedDigest };
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
