import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { ImageStreamWrites, WantedImport } from '../../domain/image-stream-source.ts';
import type { WantedSpec } from '../../domain/image-stream-spec.ts';
import type { ImageStream, ImageStreamKey, TagSpec } from '../../domain/image-stream.ts';
import { formatTagReference, type TagName } from '../../domain/reference.ts';
import type { Ask } from '../../domain/registry.ts';
import { checkWantedImport, importedTag, importedTags } from '../../domain/wanted-import.ts';
import { isArtifactTag } from '../../domain/tag-kind.ts';
import { orderTags } from '../../domain/tag-order.ts';
import { checkTagAt } from './check-names.ts';
import {
  readDockerImage,
  readDockerRepository,
  upstreamOf,
  type DockerImage,
  type FindRegistry,
} from './docker-image.ts';
import type { GetStream, ImportPlan, ImportTarget } from './import-plan.ts';
import type { Importing } from './importing.ts';
import { noSuchStream } from '../../domain/no-such-stream.ts';

export interface ImportOptions {
  readonly find: FindRegistry;
  readonly importing: Importing;
  /** How many tags of a repository are imported at once. */
  readonly bulk: number;
}

/** Imports tags, as `oc import-image` does. */
export function createImport({ find, importing, bulk }: ImportOptions): ImageStreamWrites['import'] {
  return async (key, what, how) => {
    const plan = (ask: Ask) => planOf(key, what, ask);
    checkWantedImport(what, how.expectedDigest !== undefined);
    const { streams, imports } = await importing.byRequest({ streams: [key], plan }, how);
    return { stream: streams[0], imports };
  };

  async function planOf(key: ImageStreamKey, what: WantedImport, ask: Ask): Promise<ImportPlan> {
    const base = { streams: [key], cause: 'IMPORT' } as const;
    if (what.from === undefined) {
      const guarded = what.tag === undefined ? [] : [{ stream: key, tag: what.tag }];
      return { ...base, guarded, targets: (get) => tagsAsWished(existing(get, key), what, find) };
    }
    const sources = what.all
      ? await tagsOf(readDockerRepository(what.from, find), what.isMeant ?? all, ask, bulk)
      : [{ name: what.from, image: readDockerImage(what.from, find), tag: what.tag }];
    const targets = sources.map(({ name, image, tag = image.tag }) => ({ at: { stream: key, tag }, name, image }));
    for (const { at } of targets) checkTagAt(at);
    return {
      ...base,
      guarded: what.all ? [] : targets.map(({ at }) => at),
      targets: (get) =>
        targets.map(({ at, name, image }) => {
          const from = { kind: 'DOCKER_IMAGE', name, namespace: undefined } as const;
          const spec = get(key)?.tags.get(at.tag)?.spec;
          return { at, image, wanted: wish({ ...what, isNamed: true }, { ...(spec ?? bare), from }, image) };
        }),
    };
  }
}

/** What is meant where nothing is said. */
const all = (): boolean => true;

const bare = {
  reference: false,
  importPolicy: { scheduled: false, insecure: false, importMode: 'PRESERVE_ORIGINAL' },
  referencePolicy: 'SOURCE',
} as const;

/**
 * The tags of a repository in the order of OpenShift: latest, versions with the newest first, then the rest; those that
 * stand for signatures and other artifacts are left out, as is what is more than `bulk`.
 */
async function tagsOf(
  { registry, repository }: Pick<DockerImage, 'registry' | 'repository'>,
  isMeant: NonNullable<WantedImport['isMeant']>,
  ask: Ask,
  bulk: number,
): Promise<readonly { readonly name: string; readonly image: DockerImage; readonly tag: TagName }[]> {
  const found = await registry.tagNames(repository, { ...ask, current: true });
  if (found === undefined) {
    throw new GatewayError('NOT_FOUND', `there is no repository ${registry.name}/${repository}`, {});
  }
  const meant = await Promise.all(found.names.map(async (name) => isMeant(name)));
  const ordered = orderTags(
    found.names.filter((name, index) => meant[index] === true && !isArtifactTag(name)),
    'VERSION',
    'DESC',
  );
  const isLatest = (name: TagName): boolean => name === 'latest';
  return [...ordered.filter(isLatest), ...ordered.filter((name) => !isLatest(name))].slice(0, bulk).map((tag) => ({
    tag,
    name: formatTagReference(registry.name, repository, tag),
    image: { registry, repository, tag, digest: undefined },
  }));
}

/** The one tag that is asked for, or all that come from a registry, each from where it says. */
function tagsAsWished(stream: ImageStream, what: WantedImport, find: FindRegistry): readonly ImportTarget[] {
  const tags = what.tag === undefined ? importedTags(stream, what.tags) : [importedTag(stream, what.tag)];
  const isNamed = what.tag !== undefined;
  return tags.map(({ name, spec }) => {
    const image = imageOf(spec, find);
    return { at: { stream, tag: name }, image, wanted: wish({ ...what, isNamed }, spec, image) };
  });
}

/** What the source of a tag names; an error where it is not configured any more. */
export function imageOf({ from }: TagSpec, find: FindRegistry): DockerImage | GatewayError {
  try {
    return readDockerImage(from?.name ?? '', find);
  } catch (error) {
    if (isGatewayError(error)) return error;
    throw error;
  }
}

/** The specification with what is to be different from now on. */
function wish(
  what: Pick<WantedImport, 'scheduled' | 'insecure' | 'importMode'> & {
    /** Whether the tag was named by the caller, who then is told what cannot be. */
    readonly isNamed: boolean;
  },
  spec: Pick<TagSpec, 'from' | 'importPolicy' | 'referencePolicy'> & Partial<TagSpec>,
  image: DockerImage | GatewayError,
): WantedSpec {
  const upstream = image instanceof GatewayError ? spec.upstream : upstreamOf(image);
  if (what.scheduled === true && what.isNamed && upstream === undefined) {
    throw new GatewayError('ARGUMENT_INVALID', 'the tag cannot be scheduled: an image by digest never changes', {
      argument: 'scheduled',
    });
  }
  const { importPolicy } = spec;
  return {
    from: spec.from,
    reference: false,
    referencePolicy: spec.referencePolicy,
    importPolicy: {
      scheduled: (what.scheduled ?? importPolicy.scheduled) && upstream !== undefined,
      insecure: what.insecure ?? importPolicy.insecure,
      importMode: what.importMode ?? importPolicy.importMode,
    },
    upstream,
  };
}

function existing(get: GetStream, key: ImageStreamKey): ImageStream {
  const stream = get(key);
  if (stream === undefined) throw noSuchStream(key);
  return stream;
}
