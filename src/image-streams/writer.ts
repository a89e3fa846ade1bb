import type { Access, Resource, Verb, Viewer } from '../access/access.ts';
import type { Attempt } from '../audit/attempt.ts';
import type { Digest } from '../domain/digest.ts';
import { GatewayError } from '../domain/errors.ts';
import type {
  GuardedWrite,
  Imported,
  ImageStreamSource,
  TagAt,
  Tagged,
  TagImport,
  WantedImport,
  WantedTag,
  WriteMode,
} from '../domain/image-stream-source.ts';
import type { ImageStream, ImageStreamKey } from '../domain/image-stream.ts';
import { quote } from '../domain/quote.ts';
import { parseReference } from '../domain/reference.ts';
import type { Cost } from '../domain/registry.ts';
import type { StoredImageStreams } from '../store/store.ts';
import { createAudited, type Outcome, type Touched } from './audited.ts';
import { resourceOf, type ImageStreamAt } from './reader.ts';
import { about, importedFrom, noSuchTag, type SourceRights, type UnknownSource } from './source-rights.ts';
import { shows, type VisibleSources } from './visible-sources.ts';
import { createWithVisibleTags } from './visible-tags.ts';
import { noSuchStream } from '../domain/no-such-stream.ts';

/**
 * What one viewer may write of image streams. First the rights are looked at, by names alone: the verb on the image stream,
 * and where images are to be read for it, `inspect` on where they come from. Then its source writes. Besides what
 * ImageStreamWrites reject with: OPERATION_NOT_ALLOWED, FORBIDDEN, SOURCE_AMBIGUOUS; NOT_FOUND also for what is hidden.
 */
export interface ImageStreamWriter {
  /** Throws OPERATION_NOT_ALLOWED where the configuration allows no writing. All the others do so first. */
  readonly demandAllowed: () => void;
  /** What the viewer may do with an image stream, reading it and writing. */
  readonly can: (stream: ImageStreamKey) => Promise<readonly Verb[]>;
  readonly create: (
    at: ImageStreamAt,
    wanted: { readonly labels: Readonly<Record<string, string>>; readonly lookupLocal: boolean },
    how: Mode,
  ) => Promise<ImageStream>;
  readonly delete: (at: ImageStreamAt, how: Mode) => Promise<ImageStreamKey>;
  /** Also says which tags these were, in the order of `to`. */
  readonly tag: (
    to: readonly ImageStreamTagAt[],
    wanted: WantedTag,
    how: GuardedMode,
  ) => Promise<Tagged & { readonly to: readonly TagAt[] }>;
  readonly untag: (at: ImageStreamTagAt, how: GuardedMode) => Promise<TagAt>;
  readonly rollBack: (at: ImageStreamTagAt, to: Digest | undefined, how: GuardedMode) => Promise<ImageStream>;
  readonly import: (at: ImageStreamAt, what: WantedImport, how: GuardedMode) => Promise<Imported>;
  readonly setLookup: (at: ImageStreamAt, local: boolean, how: Mode) => Promise<ImageStream>;
}

/** A tag of an image stream as callers name it. */
export interface ImageStreamTagAt extends ImageStreamAt {
  readonly tag: string;
}

/** How something is written, and who keeps account of it. */
export interface Mode extends Omit<WriteMode, 'cost'> {
  readonly attempt: Attempt;
}

export type GuardedMode = Mode & Pick<GuardedWrite, 'expectedDigest'>;

export interface ImageStreamWriterOptions {
  readonly sources: VisibleSources;
  readonly store: StoredImageStreams;
  readonly access: Access;
  readonly viewer: Viewer;
  readonly rights: SourceRights;
  /** Whether the configuration allows writing. */
  readonly writes: boolean;
  readonly cost: Cost;
  /** Called after each write, whatever came of it. */
  readonly onWritten: () => void;
}

const reading: readonly Verb[] = ['list', 'get', 'inspect'];
const writing: readonly Verb[] = ['tag', 'import', 'delete'];

export function createImageStreamWriter(options: ImageStreamWriterOptions): ImageStreamWriter {
  const { sources, store, access, viewer, rights, writes, cost, onWritten } = options;

  const withVisibleTags = createWithVisibleTags(access, viewer);
  const audited = createAudited(store);

  function demandAllowed(): void {
    if (writes) return;
    const message = 'this gateway changes nothing: `writes: true` in its configuration allows it to';
    throw new GatewayError('OPERATION_NOT_ALLOWED', message, {});
  }

  async function open(
    verb: Verb,
    { source: named, namespace, name }: ImageStreamAt,
    tag?: string,
  ): Promise<{ readonly source: ImageStreamSource; readonly stream: ImageStreamKey }> {
    demandAllowed();
    const source = await sources.demand(named);
    const stream = { source: source.name, namespace, name };
    const resource = { ...resourceOf(stream), ...(tag !== undefined && { tag }) };
    if (shows(source, namespace) && (await access.may(viewer, verb, resource))) return { source, stream };
    const isSeen = async (what: Resource): Promise<boolean> =>
      shows(source, namespace) && (await access.may(viewer, 'get', what));
    if (tag !== undefined && !(await isSeen(resource)) && (await isSeen(resourceOf(stream))))
      throw noSuchTag(stream, tag);
    if (!(await isSeen(resource))) throw noSuchStream(stream);
    throw new GatewayError('FORBIDDEN', `this takes the right to ${verb} on ${quote(`${namespace}/${name}`)}`, {});
  }

  async function isTagSeen(stream: ImageStreamKey, tag: string): Promise<boolean> {
    return access.may(viewer, 'get', { ...resourceOf(stream), tag });
  }

  /** Looks at the rights on what is imported, and on where it comes from. */
  async function demandSources(
    at: ImageStreamAt,
    stream: ImageStreamKey,
    what: WantedImport,
  ): Promise<{
    readonly meant: WantedImport;
    /** The tag that was named, and the one that it follows. */
    readonly named: readonly string[];
    readonly unknown: readonly UnknownSource[];
  }> {
    const mayImport = async (tag: string): Promise<boolean> =>
      access.may(viewer, 'import', { ...resourceOf(stream), tag });
    const meant = { ...what, isMeant: mayImport };
    const named = what.tag === undefined ? [] : [what.tag];
    if (what.from !== undefined) {
      await rights.demand({ kind: 'DOCKER_IMAGE', name: what.from, namespace: undefined }, stream, 'from');
      return { meant, named, unknown: [] };
    }
    // Past what was read in this operation: an earlier mutation of it may have changed the tags.
    const [known] = await store.get([stream]);
    if (known === undefined) return { meant, named, unknown: [] };
    const visible = await withVisibleTags(known);
    if (what.tag === undefined) {
      const own = await those([...visible.tags.keys()], mayImport);
      const unknown = await rights.demandOfTags(visible, own);
      const left = own.filter((tag) => !unknown.some((source) => source.tag === tag));
      return { meant: { ...meant, tags: new Set(left) }, named, unknown };
    }
    const followed = importedFrom(known, what.tag)?.tag ?? what.tag;
    if (followed !== what.tag) await open('import', at, followed);
    const unknown = await rights.demandOfTags(visible, named);
    // Nothing is asked for then, but that it was tried is in the audit log.
    const asked = unknown.length === 0 ? meant : { ...meant, tag: undefined, tags: new Set<string>() };
    return { meant: asked, named: [...new Set([...named, followed])], unknown };
  }

  /** Everything that is written comes by here, and all rights to it are there by then. */
  function written<How extends Mode, Result>(
    { attempt, ...how }: How,
    touched: Touched,
    write: (how: Omit<How, 'attempt'> & { readonly cost: Cost }) => Promise<Result>,
    outcomeOf: (result: Result) => Outcome,
  ): Promise<Result> {
    return audited(attempt, touched, () => write({ ...how, cost }).finally(onWritten), outcomeOf);
  }

  return {
    demandAllowed,
    can: async (stream) => {
      const verbs = writes ? [...reading, ...writing] : reading;
      const may = await Promise.all(verbs.map(async (verb) => access.may(viewer, verb, resourceOf(stream))));
      return verbs.filter((_, index) => may[index]);
    },
    create: async (at, wanted, how) => {
      const { source, stream } = await open('tag', at);
      const create = (mode: WriteMode) => source.writes.create(stream, wanted, mode);
      return withVisibleTags(await written(how, { streams: [stream], tags: [] }, create, only));
    },
    delete: async (at, how) => {
      const { source, stream } = await open('delete', at);
      const remove = (mode: WriteMode) => source.writes.delete(stream, mode);
      await written(how, { streams: [stream], tags: 'all' }, remove, gone);
      return stream;
    },
    tag: async (to, wanted, how) => {
      demandAllowed();
      const opened = await Promise.all(
        to.map((at, index) => about(`to.${index}`, async () => ({ tag: at.tag, ...(await open('tag', at, at.tag)) }))),
      );
      const [first] = opened;
      if (first === undefined) throw invalid('to', 'to names no tag: name 1 to 100, each as stream:tag');
      if (new Set(opened.map(({ stream, tag }) => JSON.stringify([stream.name, tag]))).size < opened.length)
        throw invalid('to', 'to names a tag twice: name each once');
      if (opened.length > 1 && how.expectedDigest !== undefined)
        throw invalid('expectedDigest', 'expectedDigest guards one tag, and to names several: tag them one by one');
      for (const { stream } of opened) await rights.demand(wanted.from, stream, 'from.name');
      const targets = opened.map(({ stream, tag }) => ({ stream, tag }));
      const touched = { streams: eachOnce(targets), tags: targets };
      const write = (mode: GuardedWrite) => first.source.writes.tag(targets, wanted, mode);
      const tagged = await written(how, touched, write, (result) => result);
      return { ...tagged, streams: await Promise.all(tagged.streams.map(withVisibleTags)), to: targets };
    },
    untag: async (at, how) => {
      const { source, stream } = await open('delete', at, at.tag);
      const target = { stream, tag: at.tag };
      const untag = (mode: GuardedWrite) => source.writes.untag(target, mode);
      await written(how, { streams: [stream], tags: [target] }, untag, gone);
      return target;
    },
    rollBack: async (at, to, how) => {
      const { source, stream } = await open('tag', at, at.tag);
      if (to === undefined && how.expectedDigest === undefined) {
        const message =
          'say with expectedDigest what the tag points at now: which image was there before depends on it; or say with to which one is meant';
        throw invalid('expectedDigest', message);
      }
      await rights.demandOfStream(stream, 'name');
      const target = { stream, tag: at.tag };
      const rollBack = (mode: GuardedWrite) => source.writes.rollBack(target, to, mode);
      return withVisibleTags(await written(how, { streams: [stream], tags: [target] }, rollBack, only));
    },
    import: async (at, what, how) => {
      const { source, stream } = await open('import', at, await tagOfImport(what));
      if (what.tag === undefined && how.expectedDigest !== undefined)
        throw invalid(
          'expectedDigest',
          'expectedDigest guards one tag, and name names an image stream: add :tag to it',
        );
      const { meant, named, unknown } = await demandSources(at, stream, what);
      const tags = what.tag === undefined ? 'all' : named.map((tag) => ({ stream, tag }));
      const write = (mode: GuardedWrite) => source.writes.import(stream, meant, mode);
      const imported = await written(how, { streams: [stream], tags }, write, (result) => ({
        streams: result.stream === undefined ? [] : [result.stream],
        imports: [...result.imports, ...unknown.map(asFailed)],
      }));
      const may = await Promise.all(imported.imports.map(({ tag }) => isTagSeen(stream, tag)));
      return {
        stream: imported.stream && (await withVisibleTags(imported.stream)),
        imports: [...imported.imports.filter((_, index) => may[index]), ...unknown.map(asFailed)],
      };
    },
    setLookup: async (at, local, how) => {
      const { source, stream } = await open('tag', at);
      const setLookup = (mode: WriteMode) => source.writes.setLookup(stream, local, mode);
      return withVisibleTags(await written(how, { streams: [stream], tags: [] }, setLookup, only));
    },
  };
}

/** The one tag that an import is about, as sources understand it; `undefined` where it may be several. */
async function tagOfImport({ tag, from, all }: WantedImport): Promise<string | undefined> {
  if (tag !== undefined || from === undefined || all) return tag;
  return about('from', () => parseReference(from).tag ?? 'latest');
}

async function those(tags: readonly string[], may: (tag: string) => Promise<boolean>): Promise<readonly string[]> {
  const decided = await Promise.all(tags.map(may));
  return tags.filter((_, index) => decided[index]);
}

function asFailed({ tag, error }: UnknownSource): TagImport {
  return { tag, state: 'FAILED', error };
}

function only(stream: ImageStream): Outcome {
  return { streams: [stream] };
}

function gone(): Outcome {
  return { streams: [] };
}

function eachOnce(targets: readonly TagAt[]): readonly ImageStreamKey[] {
  return [...new Map(targets.map(({ stream }) => [JSON.stringify([stream.namespace, stream.name]), stream])).values()];
}

function invalid(argument: string, message: string): GatewayError {
  return new GatewayError('ARGUMENT_INVALID', message, { argument });
}
