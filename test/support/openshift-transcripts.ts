import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDigest } from '../../src/domain/digest.ts';
import type { Condition, ImageStream, ImageStreamTag, TagSource, TagSpec } from '../../src/domain/image-stream.ts';

/** Exchanges recorded from an OpenShift API server, where they are at hand; a clone has none. */
const folder = resolve(process.env['TRIBUTARY_CORPUS'] ?? '../shared', 'openshift-transcripts');

/** Whether the recorded exchanges are at hand; says so where they are not. */
export function transcriptsArePresent(): boolean {
  if (existsSync(folder)) return true;
  process.stdout.write(`transcripts absent: no folder ${folder} (set TRIBUTARY_CORPUS)\n`);
  return false;
}

/** An event of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: WireImageStream;
}

/** The events of a recorded watch. */
export function watchEvents(file: string): readonly WatchEvent[] {
  const { response } = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as {
    readonly response: { readonly stream: readonly WatchEvent[] };
  };
  return response.stream;
}

/** An ImageStream of image.openshift.io/v1, as far as it is read here. */
interface WireImageStream {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation: number;
    readonly creationTimestamp: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly lookupPolicy: { readonly local: boolean }; readonly tags?: readonly WireSpecTag[] };
  readonly status: {
    readonly dockerImageRepository: string;
    readonly publicDockerImageRepository?: string;
    readonly tags?: readonly WireStatusTag[];
  };
}

interface WireSpecTag {
  readonly name: string;
  readonly from?: { readonly kind: keyof typeof kinds; readonly name: string; readonly namespace?: string };
  readonly reference?: boolean;
  readonly generation: number;
  readonly importPolicy: {
    readonly scheduled?: boolean;
    readonly insecure?: boolean;
    readonly importMode: 'Legacy' | 'PreserveOriginal';
  };
  readonly referencePolicy: { readonly type: 'Source' | 'Local' };
}

interface WireStatusTag {
  readonly tag: string;
  readonly items: readonly WireItem[] | null;
  readonly conditions?: readonly (Omit<Condition, 'lastTransitionTime'> & { readonly lastTransitionTime: string })[];
}

interface WireItem {
  readonly created: string;
  readonly dockerImageReference: string;
  readonly image: string;
  readonly generation: number;
}

const kinds = {
  DockerImage: 'DOCKER_IMAGE',
  ImageStreamTag: 'IMAGE_STREAM_TAG',
  ImageStreamImage: 'IMAGE_STREAM_IMAGE',
} as const;

/** Reads a recorded stream in the words of the domain. It trusts the recording: what stands in it came from a real server. */
export function readRecordedStream(wire: WireImageStream): ImageStream {
  const { metadata, spec, status } = wire;
  const specs = new Map((spec.tags ?? []).map((tag) => [tag.name, tag]));
  const statuses = new Map((status.tags ?? []).map((tag) => [tag.tag, tag]));
  const names = [...new Set([...specs.keys(), ...statuses.keys()])].sort();
  return {
    source: 'cluster',
    namespace: metadata.namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    generation: metadata.generation,
    lookupLocal: spec.lookupPolicy.local,
    createdAt: Date.parse(metadata.creationTimestamp),
    dockerImageRepository: status.dockerImageRepository,
    publicDockerImageRepository: status.publicDockerImageRepository,
    resourceVersion: metadata.resourceVersion,
    tags: new Map(names.map((name) => [name, readTag(name, specs.get(name), statuses.get(name))])),
  };
}

function readTag(name: string, spec: WireSpecTag | undefined, status: WireStatusTag | undefined): ImageStreamTag {
  return {
    name,
    spec: spec && readSpec(spec),
    history: (status?.items ?? []).map(({ created, image, dockerImageReference, generation }) => ({
      createdAt: Date.parse(created),
      digest: image === '' ? undefined : parseDigest(image),
      dockerImageReference,
      generation,
    })),
    conditions: (status?.conditions ?? []).map((condition) => ({
      ...condition,
      lastTransitionTime: Date.parse(condition.lastTransitionTime),
    })),
  };
}

function readSpec({ from, reference, generation, importPolicy, referencePolicy }: WireSpecTag): TagSpec {
  const source: TagSource | undefined = from && { kind: kinds[from.kind], name: from.name, namespace: from.namespace };
  return {
    from: source,
    reference: reference ?? false,
    generation,
    importPolicy: {
      scheduled: importPolicy.scheduled ?? false,
      insecure: importPolicy.insecure ?? false,
      importMode: importPolicy.importMode === 'Legacy' ? 'LEGACY' : 'PRESERVE_ORIGINAL',
    },
    referencePolicy: referencePolicy.type === 'Local' ? 'LOCAL' : 'SOURCE',
    upstream: undefined,
  };
}
