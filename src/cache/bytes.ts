import type { Digest } from '../domain/digest.ts';
import type { Disk } from './disk.ts';
import type { Kept } from './disk-file.ts';
import type { Form } from './forms.ts';
import type { MemoryPart } from './memory.ts';

/** Content of one sort by digest, shared by all registries: in memory, and below that on disk. */
export interface Bytes<Content extends object> {
  /** What memory holds. */
  readonly remembered: (digest: Digest) => Content | undefined;
  /** Whether the disk holds it, unseen: reading it may still find that it does not. */
  readonly isOnDisk: (digest: Digest) => boolean;
  /** From memory, else from disk, verified over its bytes. */
  readonly get: (digest: Digest) => Content | undefined;
  readonly set: (digest: Digest, content: Content) => void;
}

export interface BytesOptions<Content extends object> {
  /** Stands before each digest on disk: the same bytes may be a manifest and a blob. */
  readonly sort: string;
  readonly part: MemoryPart<Content>;
  /** `undefined`: memory alone. */
  readonly disk: Disk | undefined;
  readonly form: Form<Content>;
}

export function createBytes<Content extends object>(options: BytesOptions<Content>): Bytes<Content> {
  const { part, disk, form } = options;
  const keyOf = (digest: Digest): string => `${options.sort} ${digest}`;

  function readDisk(digest: Digest): Content | undefined {
    const kept = disk?.get(keyOf(digest));
    if (disk === undefined || kept === undefined) return undefined;
    const content = readVerified(form, digest, kept);
    if (content === undefined) disk.reject(keyOf(digest));
    else part.set(digest, content);
    return content;
  }

  return {
    remembered: part.get,
    isOnDisk: (digest) => disk?.has(keyOf(digest)) === true,
    get: (digest) => part.get(digest) ?? readDisk(digest),
    set: (digest, content) => {
      part.set(digest, content);
      disk?.set(keyOf(digest), form.keep(content));
    },
  };
}

/** What cannot be read was not written by us: it is as good as other bytes. */
function readVerified<Content>(form: Form<Content>, digest: Digest, kept: Kept): Content | undefined {
  try {
    return form.read(digest, kept);
  } catch {
    return undefined;
  }
}
