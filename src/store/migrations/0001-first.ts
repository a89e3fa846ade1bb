import type { Migration } from './migration.ts';

/** Words that the engines have of their own. */
interface Words {
  /** A name: compared and ordered by its bytes, as SQLite does anyway. */
  readonly name: string;
  readonly integer: string;
  /** Ends a table that is kept within its primary key. */
  readonly inKey: string;
}

function tables({ name, integer, inKey }: Words): readonly string[] {
  return [
    `CREATE TABLE store_meta (name text PRIMARY KEY, value text NOT NULL)`,

    `CREATE TABLE tags (
      registry ${name} NOT NULL, repository ${name} NOT NULL, tag ${name} NOT NULL,
      digest text, media_type text, changed_at ${integer} NOT NULL, missing_since ${integer}, earlier text NOT NULL,
      PRIMARY KEY (registry, repository, tag)
    ) ${inKey}`,

    `CREATE TABLE image_streams (
      source ${name} NOT NULL, namespace ${name} NOT NULL, name ${name} NOT NULL,
      labels text NOT NULL, generation ${integer} NOT NULL, lookup_local ${integer} NOT NULL, created_at ${integer} NOT NULL,
      docker_image_repository text, public_docker_image_repository text, resource_version text,
      PRIMARY KEY (source, namespace, name)
    ) ${inKey}`,

    `CREATE TABLE image_stream_tags (
      source ${name} NOT NULL, namespace ${name} NOT NULL, name ${name} NOT NULL, tag ${name} NOT NULL,
      spec text, conditions text NOT NULL, scheduled ${integer} NOT NULL,
      upstream_registry ${name}, upstream_repository ${name}, upstream_tag ${name},
      PRIMARY KEY (source, namespace, name, tag)
    ) ${inKey}`,
    `CREATE INDEX image_stream_tags_by_upstream ON image_stream_tags (upstream_registry, upstream_repository, upstream_tag)
      WHERE scheduled = 1`,

    // The newest item of a tag has the greatest position; positions of one tag have no gaps.
    `CREATE TABLE image_stream_tag_items (
      source ${name} NOT NULL, namespace ${name} NOT NULL, name ${name} NOT NULL, tag ${name} NOT NULL,
      position ${integer} NOT NULL, created_at ${integer} NOT NULL, digest text, docker_image_reference text NOT NULL,
      generation ${integer} NOT NULL,
      PRIMARY KEY (source, namespace, name, tag, position)
    ) ${inKey}`,

    // How many events each tag has had, for ever: these rows outlive tags and streams.
    `CREATE TABLE tag_revisions (
      subject text NOT NULL, scope ${name} NOT NULL, path ${name} NOT NULL, tag ${name} NOT NULL, revision ${integer} NOT NULL,
      PRIMARY KEY (subject, scope, path, tag)
    ) ${inKey}`,

    // One row. Who adds events counts them here, as the last thing that is locked before the commit.
    `CREATE TABLE event_head (
      id ${integer} PRIMARY KEY CHECK (id = 1), head ${integer} NOT NULL, floor ${integer} NOT NULL
    )`,
    `INSERT INTO event_head (id, head, floor) VALUES (1, 0, 0)`,

    `CREATE TABLE tag_events (
      sequence ${integer} PRIMARY KEY, observed_at ${integer} NOT NULL,
      subject text NOT NULL, scope ${name} NOT NULL, path ${name} NOT NULL, tag ${name} NOT NULL, revision ${integer} NOT NULL,
      kind text NOT NULL, digest text, previous_digest text, cause text NOT NULL, coalesced ${integer} NOT NULL, reason text
    )`,
    `CREATE INDEX tag_events_by_path ON tag_events (subject, scope, path, sequence)`,

    `CREATE TABLE once_keys (
      name ${name} PRIMARY KEY, fingerprint text NOT NULL, answer text NOT NULL, made_at ${integer} NOT NULL
    )`,
    `CREATE INDEX once_keys_by_age ON once_keys (made_at)`,

    // Rows stay when work is dropped (no due_at), so that a fence never comes again.
    `CREATE TABLE leases (
      kind ${name} NOT NULL, name ${name} NOT NULL,
      due_at ${integer}, held_until ${integer} NOT NULL, fence ${integer} NOT NULL, note text,
      PRIMARY KEY (kind, name)
    )`,
    `CREATE INDEX leases_by_time ON leases (kind, due_at)`,
  ];
}

/** The tables of the first version. */
export const firstMigration: Migration = {
  number: 1,
  name: 'first',
  statements: {
    sqlite: tables({ name: 'text', integer: 'integer', inKey: 'WITHOUT ROWID' }),
    postgres: [
      ...tables({ name: 'text COLLATE "C"', integer: 'bigint', inKey: '' }),
      // What a change locks before it reads: a repository, or an image stream, with all its tags, there or not.
      `CREATE TABLE path_locks (
        subject text NOT NULL, scope text COLLATE "C" NOT NULL, path text COLLATE "C" NOT NULL,
        PRIMARY KEY (subject, scope, path)
      )`,
    ],
  },
};
