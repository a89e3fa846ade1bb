import type { Digest } from '../domain/digest.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { TagImport } from '../domain/image-stream-source.ts';
import type { TagSource } from '../domain/image-stream.ts';

/** Where it is kept who changed what, and who was kept from it. */
export interface Audit {
  /** Settles once the row is kept. Rejects with UNAVAILABLE where it cannot be: then nothing of it may be done. */
  readonly record: (row: AuditRow) => Promise<void>;
}

/** Keeps nothing: of gateways whose configuration names no place for it. */
export const noAudit: Audit = { record: () => Promise.resolve() };

export type AuditRow = MutationRow | ReloadRow;

/**
 * A step of a mutation. What is refused has one row. Of all else there is a row before anything is done, and one that says
 * what came of it: `requestId` and `field` are the same in both.
 */
export type MutationRow = MutationAsked & (Refused | Begun | Ended);

/** Who asked for what, in the words of the caller. */
export interface MutationAsked {
  readonly kind: 'mutation';
  readonly requestId: string;
  /** Its key in the answer, which tells the mutations of one operation apart. */
  readonly field: string;
  /** The names of the viewer and of its groups. */
  readonly viewer: string;
  readonly groups: readonly string[];
  /** The way in: mutations come over HTTP alone. */
  readonly via: 'http';
  /** The mutation. */
  readonly action: string;
  /** `undefined` where it was left out. */
  readonly source: string | undefined;
  readonly namespace: string;
  /** `stream` or `stream:tag`, each that was named. */
  readonly names: readonly string[];
  /** The image that was asked for; of a whole repository its name. */
  readonly from: TagSource | undefined;
  readonly dryRun: boolean;
  /** The SHA-256 of it, where there was one: the same for the same key. */
  readonly idempotencyKey: string | undefined;
}

/** By the rights of the viewer or by the configuration (`denied`), or since it cannot be done as asked (`refused`). */
export interface Refused {
  readonly step: 'refused';
  readonly decision: 'denied' | 'refused';
  readonly code: ErrorCode | 'INTERNAL';
}

/** All rights are there, and it is done next. */
export interface Begun {
  readonly step: 'begun';
  readonly decision: 'allowed';
  /** The image streams that it is about, as `source/namespace/stream`. */
  readonly imageStreams: readonly string[];
  /** Their tags that it may move, and what those point at. */
  readonly tags: readonly TagPoint[];
}

export type Ended = { readonly step: 'ended'; readonly decision: 'allowed' } & (
  | ({ readonly outcome: 'done' | 'unchanged' } & Came)
  | { readonly outcome: 'failed'; readonly code: ErrorCode | 'INTERNAL' }
);

/** What came of a mutation; of a dry run, what would. */
export interface Came {
  readonly moved: readonly TagMove[];
  readonly imports: readonly { readonly tag: string; readonly state: TagImport['state']; readonly code?: ErrorCode }[];
}

/** A tag, and what it points at; `null` where at nothing. */
export interface TagPoint {
  readonly imageStream: string;
  readonly tag: string;
  readonly digest: Digest | null;
}

export interface TagMove extends TagPoint {
  /** What it pointed at before. */
  readonly previousDigest: Digest | null;
}

/** That the configuration, and so the policy, was read again. */
export interface ReloadRow {
  readonly kind: 'reload';
  /** `refused`: it is broken, and what was said before holds. */
  readonly outcome: 'done' | 'refused';
  /** The keys at its top whose content is another now. */
  readonly changed: readonly string[];
  /** What is wrong with it, each with its path. */
  readonly problems: readonly string[];
}
