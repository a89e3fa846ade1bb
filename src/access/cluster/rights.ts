import type { Resource, Verb } from '../access.ts';

/** What a right is asked about: a namespace, an image stream, a tag; all of the cluster where nothing is named. */
export interface Place {
  readonly namespace?: string;
  readonly imageStream?: string;
  readonly tag?: string;
}

/** One question to a cluster, in the words of RBAC; without a name it is about all there, without a namespace about all namespaces. */
export interface Attributes {
  readonly group: 'image.openshift.io';
  readonly verb: 'get' | 'list' | 'watch' | 'update' | 'delete';
  readonly resource: 'imagestreams' | 'imagestreamtags';
  readonly subresource?: 'layers';
  readonly namespace?: string;
  readonly name?: string;
}

type Right = Pick<Attributes, 'verb' | 'resource' | 'subresource'>;

const imageStreams = 'imagestreams';
const layers = { resource: imageStreams, subresource: 'layers' } as const;

/** As the registry of OpenShift maps them: to pull is to get layers, to push is to update them. */
const rights: Readonly<Record<Verb, Right>> = {
  list: { verb: 'list', resource: imageStreams },
  get: { verb: 'get', resource: imageStreams },
  watch: { verb: 'watch', resource: imageStreams },
  inspect: { verb: 'get', ...layers },
  tag: { verb: 'update', ...layers },
  import: { verb: 'update', ...layers },
  delete: { verb: 'delete', resource: imageStreams },
};
const deleteTag: Right = { verb: 'delete', resource: 'imagestreamtags' };

/** The verbs whose rights differ, those first that most people have. */
export const differentVerbs: readonly Verb[] = ['get', 'inspect', 'list', 'watch', 'tag', 'delete'];

/**
 * The questions of which one yes lets a viewer do something: about the whole cluster, about the namespace, and last about the
 * thing by its name (`resourceNames`). What many may be told by one answer is asked first.
 */
export function questionsOf(verb: Verb, { namespace, imageStream, tag }: Place): readonly Attributes[] {
  const isOfTag = verb === 'delete' && tag !== undefined;
  const right = { group: 'image.openshift.io', ...(isOfTag ? deleteTag : rights[verb]) } as const;
  if (namespace === undefined) return [right];
  if (imageStream === undefined) return [right, { ...right, namespace }];
  const name = isOfTag ? `${imageStream}:${tag}` : imageStream;
  return [right, { ...right, namespace }, { ...right, namespace, name }];
}

/** Longer than any name in a cluster, and than any tag. */
const longest = { name: 253, tag: 256 };

/**
 * Where a resource is in its cluster; of a registry, `namespace/stream` is the image stream. `undefined` where nothing there can have such a
 * name: an empty one would ask about everything.
 */
export function placeOf(resource: Resource): Place | undefined {
  const { tag } = resource;
  if (tag !== undefined && (tag === '' || tag.length > longest.tag)) return undefined;
  const names = namesOf(resource);
  if (names?.every(isPossible) !== true) return undefined;
  const [namespace, imageStream] = names;
  return {
    ...(namespace !== undefined && { namespace }),
    ...(imageStream !== undefined && { imageStream }),
    ...(tag !== undefined && { tag }),
  };
}

function namesOf(resource: Resource): readonly string[] | undefined {
  if ('registry' in resource) {
    const parts = resource.repository?.split('/') ?? [];
    return parts.length === 0 || parts.length === 2 ? parts : undefined;
  }
  const { namespace, imageStream } = resource;
  return [namespace, imageStream].filter((name) => name !== undefined);
}

function isPossible(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= longest.name && !/[/%:]/.test(name);
}
