import { isImportPending } from '../../domain/image-stream-import.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTag } from '../../domain/image-stream.ts';
import type { Leases } from '../../store/store.ts';

export interface AgendaOptions {
  readonly source: string;
  readonly leases: Leases;
  /** How often scheduled tags are imported again, in milliseconds. */
  readonly interval: number;
}

/** Which streams of a source are to be imported when: each one piece of work of the store. */
export interface Agenda {
  /** The kind of this source's work: its own, since a gateway may have several sources. */
  readonly kind: string;
  readonly keyOf: (work: { readonly name: string }) => ImageStreamKey | undefined;
  /** Makes sure that streams come up which have something to import: at once if it is pending, else within an interval. */
  readonly ensure: (streams: readonly ImageStream[]) => Promise<void>;
  /** Has streams come up after so many milliseconds at the latest. */
  readonly within: (keys: readonly ImageStreamKey[], ms: number) => Promise<void>;
  /** Takes a stream off that had nothing to import, unless it does by now: `isStill` is asked after it was taken off. */
  readonly drop: (key: ImageStreamKey, now: () => Promise<ImageStream | undefined>) => Promise<void>;
  /** Calls back when something has become due at once. */
  readonly onSoon: (listener: () => void) => void;
}

/** Whether a tag is imported without anybody asking for it: because it is scheduled, or an import is still pending. */
export function isToImport(tag: ImageStreamTag): boolean {
  if (tag.spec?.from?.kind !== 'DOCKER_IMAGE' || tag.spec.reference) return false;
  return tag.spec.importPolicy.scheduled || isImportPending(tag);
}

export function createAgenda({ source, leases, interval }: AgendaOptions): Agenda {
  const kind = `import ${source}`;
  const listeners: (() => void)[] = [];

  async function ensure(streams: readonly ImageStream[]): Promise<void> {
    const works = streams.flatMap((stream) => {
      const tags = [...stream.tags.values()].filter(isToImport);
      if (tags.length === 0) return [];
      return { name: nameOf(stream), dueInMs: tags.some(isImportPending) ? 0 : interval };
    });
    if (works.length === 0) return;
    await leases.schedule(kind, works);
    if (works.some(({ dueInMs }) => dueInMs === 0)) for (const listener of listeners) listener();
  }

  return {
    kind,
    keyOf: ({ name }) => readName(source, name),
    ensure,
    within: (keys, ms) =>
      leases.schedule(
        kind,
        keys.map((key) => ({ name: nameOf(key), dueInMs: ms })),
      ),
    drop: async (key, now) => {
      await leases.drop(kind, [nameOf(key)]);
      // Somebody may have found it on the agenda just before.
      const stream = await now();
      if (stream !== undefined) await ensure([stream]);
    },
    onSoon: (listener) => void listeners.push(listener),
  };
}

function nameOf({ source, namespace, name }: ImageStreamKey): string {
  return JSON.stringify([source, namespace, name]);
}

function readName(source: string, text: string): ImageStreamKey | undefined {
  const parts: unknown = JSON.parse(text);
  if (!Array.isArray(parts)) return undefined;
  const [, namespace, name] = parts as unknown[];
  return typeof namespace === 'string' && typeof name === 'string' ? { source, namespace, name } : undefined;
}
