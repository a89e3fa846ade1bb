import type { Digest } from '../domain/digest.ts';
import type { ImageStreamKey } from '../domain/image-stream.ts';
import type { RegistryName, RepositoryName, TagName } from '../domain/reference.ts';
import { placeOf, type TagEvent, type TagEventCause, type TagEventKind, type TagSubject } from '../domain/tag-event.ts';
import type { Table } from './table.ts';

/** Where a tag is: a registry and a repository, or a source of image streams and `namespace/stream`. */
export interface PathRow {
  readonly subject: TagSubject['kind'];
  readonly scope: string;
  readonly path: string;
}

/** A tag. */
export interface SubjectRow extends PathRow {
  readonly tag: string;
}

/** A row of `tag_revisions`. */
export interface RevisionRow extends SubjectRow {
  readonly revision: number;
}

/** A row of `tag_events`. */
export interface EventRow extends RevisionRow {
  readonly sequence: number;
  readonly observed_at: number;
  readonly kind: TagEventKind;
  readonly digest: Digest | null;
  readonly previous_digest: Digest | null;
  readonly cause: TagEventCause;
  readonly coalesced: number;
  readonly reason: string | null;
}

export const revisionTable: Table<RevisionRow> = {
  name: 'tag_revisions',
  key: ['subject', 'scope', 'path', 'tag'],
  others: ['revision'],
};

export const eventTable: Table<EventRow> = {
  name: 'tag_events',
  key: ['sequence'],
  others: [
    'observed_at',
    'subject',
    'scope',
    'path',
    'tag',
    'revision',
    'kind',
    'digest',
    'previous_digest',
    'cause',
    'coalesced',
    'reason',
  ],
};

/** The path of a tag of an image stream, and of the stream itself. */
export function imageStreamPath({ source, namespace, name }: ImageStreamKey): PathRow {
  return { subject: 'IMAGE_STREAM_TAG', scope: source, path: `${namespace}/${name}` };
}

/** A subject as columns. */
export function subjectRow(subject: TagSubject): SubjectRow {
  return { subject: subject.kind, ...placeOf(subject) };
}

/** The key of a subject's row. */
export function subjectKey({ subject, scope, path, tag }: SubjectRow): readonly string[] {
  return [subject, scope, path, tag];
}

/** An event as a row. */
export function eventRow(event: TagEvent): EventRow {
  return {
    ...subjectRow(event.subject),
    sequence: event.sequence,
    observed_at: event.observedAt,
    revision: event.revision,
    kind: event.kind,
    digest: event.digest ?? null,
    previous_digest: event.previousDigest ?? null,
    cause: event.cause,
    coalesced: event.coalesced ? 1 : 0,
    reason: event.reason ?? null,
  };
}

/** An event from its row. */
export function readEvent(row: EventRow): TagEvent {
  return {
    sequence: row.sequence,
    observedAt: row.observed_at,
    subject: readSubject(row),
    revision: row.revision,
    kind: row.kind,
    digest: row.digest ?? undefined,
    previousDigest: row.previous_digest ?? undefined,
    cause: row.cause,
    coalesced: row.coalesced === 1,
    reason: row.reason ?? undefined,
  };
}

function readSubject({ subject, scope, path, tag }: SubjectRow): TagSubject {
  if (subject === 'TAG') {
    // Checked when they were written.
    return { kind: subject, registry: scope as RegistryName, repository: path as RepositoryName, tag: tag as TagName };
  }
  // A namespace holds no slash.
  const slash = path.indexOf('/');
  return { kind: subject, source: scope, namespace: path.slice(0, slash), name: path.slice(slash + 1), tag };
}
