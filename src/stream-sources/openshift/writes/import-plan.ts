import { GatewayError } from '../../../domain/errors.ts';
import type { WantedImport } from '../../../domain/image-stream-source.ts';
import type { ImageStream, ImageStreamKey, TagSpec } from '../../../domain/image-stream.ts';
import { quote } from '../../../domain/quote.ts';
import { parseReference } from '../../../domain/reference.ts';
import { importedTag, importedTags } from '../../../domain/wanted-import.ts';
import { notScheduled } from '../../../domain/wanted-tag.ts';
import type { ImportBatch, ImportEntry, RepositoryEntry } from './import-object.ts';
import { noSuchStream } from '../../../domain/no-such-stream.ts';

/**
 * What is to be imported, by what the stream is now. An import replaces the policy of its tag, so that what is to stay as
 * it is has to be sent again. Throws NOT_FOUND, REFERENCE_INVALID and ARGUMENT_INVALID.
 */
export function planImport(
  key: ImageStreamKey,
  stream: ImageStream | undefined,
  { tag, tags: meant, from, ...what }: Omit<WantedImport, 'all'>,
): readonly ImportEntry[] {
  if (from !== undefined) {
    const name = tag ?? parseReference(from).tag ?? 'latest';
    return [entryOf(name, from, stream?.tags.get(name)?.spec, what, true)];
  }
  if (stream === undefined) throw noSuchStream(key);
  const tags = tag === undefined ? importedTags(stream, meant) : [importedTag(stream, tag)];
  return tags.map(({ name, spec }) => entryOf(name, spec.from?.name ?? '', spec, what, tag !== undefined));
}

/** All tags of a repository. They all get the same policy, whatever each had before: the API has one for all of them. */
export function planRepository({
  from = '',
  scheduled = false,
  insecure = false,
  importMode,
}: Omit<WantedImport, 'all' | 'tag'>): RepositoryEntry {
  const { tag, digest } = parseReference(from);
  if (tag === undefined && digest === undefined) return { from, scheduled, insecure, importMode };
  const message = `${quote(from)} names one image: to import all tags, name the repository alone`;
  throw new GatewayError('ARGUMENT_INVALID', message, { argument: 'from' });
}

type WantedPolicy = Pick<WantedImport, 'scheduled' | 'insecure' | 'importMode'>;

function entryOf(
  tag: string,
  from: string,
  spec: TagSpec | undefined,
  wanted: WantedPolicy,
  isNamed: boolean,
): ImportEntry {
  const isFixed = isByDigest(from, isNamed);
  if (isNamed) checkNamed(tag, spec, wanted.scheduled === true && isFixed);
  const before = spec?.importPolicy ?? unsaid;
  return {
    tag,
    from,
    scheduled: (wanted.scheduled ?? before.scheduled) && !isFixed,
    insecure: wanted.insecure ?? before.insecure,
    importMode: wanted.importMode ?? before.importMode,
    referencePolicy: spec?.referencePolicy,
  };
}

/**
 * Who named the tag is told what cannot be. An import leaves `reference` as it is (imagestreamimport/rest.go,
 * ensureSpecTag), and what it brings to a mere reference is lost at once.
 */
function checkNamed(tag: string, spec: TagSpec | undefined, isFixed: boolean): void {
  if (isFixed) throw notScheduled('an image by digest never changes');
  if (spec?.reference !== true) return;
  const message = `the tag ${quote(tag)} is a mere reference, and would stay one: tag it with the image instead`;
  throw new GatewayError('ARGUMENT_INVALID', message, { argument: 'name' });
}

/** The policy of a tag that nobody specified yet. */
const unsaid = { scheduled: false, insecure: false, importMode: undefined } as const;

/** What stands in a stream may be of any form; then the cluster says what is wrong with it. */
function isByDigest(from: string, isNamed: boolean): boolean {
  try {
    return parseReference(from).digest !== undefined;
  } catch (error) {
    if (isNamed) throw error;
    return from.includes('@');
  }
}

/**
 * The requests that entries take. Within one, the first image of a repository decides for all others whether it may be
 * read insecurely, and two imports of one image give the same whatever their modes (up to OpenShift 4.13).
 */
export function batchesOf(entries: readonly ImportEntry[]): readonly ImportBatch[] {
  const batches = new Map<string, ImportEntry[]>();
  for (const entry of entries) {
    const alike = `${String(entry.insecure)} ${entry.importMode ?? ''}`;
    const batch = batches.get(alike);
    if (batch === undefined) batches.set(alike, [entry]);
    else batch.push(entry);
  }
  return [...batches.values()].map((batch) => ({ kind: 'IMAGES', entries: batch }));
}
