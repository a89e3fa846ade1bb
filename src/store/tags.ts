import type { Digest } from '../domain/digest.ts';
import type { RegistryName, RepositoryName, TagName } from '../domain/reference.ts';
import type { RepositoryTagKey } from '../domain/tag-event.ts';
import type { Engine } from './engine.ts';
import type { StoredTag, StoredTags } from './store.ts';
import { keyText, selectRows, type Table } from './table.ts';

/** A row of `tags`. Names and digests were checked before they were written. */
export interface TagRow {
  readonly registry: RegistryName;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly digest: Digest | null;
  readonly media_type: string | null;
  readonly changed_at: number;
  readonly missing_since: number | null;
  /** JSON: digests, newest first. */
  readonly earlier: string;
}

export const tagTable: Table<TagRow> = {
  name: 'tags',
  key: ['registry', 'repository', 'tag'],
  others: ['digest', 'media_type', 'changed_at', 'missing_since', 'earlier'],
};

/** The key of a tag's row. */
export function tagKey({ registry, repository, tag }: RepositoryTagKey): readonly string[] {
  return [registry, repository, tag];
}

/** A tag as a row. */
export function tagRow(tag: StoredTag): TagRow {
  return {
    registry: tag.registry,
    repository: tag.repository,
    tag: tag.tag,
    digest: tag.digest ?? null,
    media_type: tag.mediaType ?? null,
    changed_at: tag.changedAt,
    missing_since: tag.missingSince ?? null,
    earlier: JSON.stringify(tag.earlier),
  };
}

/** A tag from its row. */
export function readTag(row: TagRow): StoredTag {
  return {
    registry: row.registry,
    repository: row.repository,
    tag: row.tag,
    digest: row.digest ?? undefined,
    mediaType: row.media_type ?? undefined,
    changedAt: row.changed_at,
    missingSince: row.missing_since ?? undefined,
    earlier: JSON.parse(row.earlier) as readonly Digest[],
  };
}

/** Tags as they are in an engine. */
export function createTags({ read }: Pick<Engine, 'read'>): StoredTags {
  return {
    get: async (keys) => {
      const rows = await selectRows({ all: read }, tagTable, keys.map(tagKey));
      const byKey = new Map(rows.map((row) => [keyText(tagKey(row)), row]));
      return keys.map((key) => {
        const row = byKey.get(keyText(tagKey(key)));
        return row && readTag(row);
      });
    },
    ofRepository: async (registry, repository) => {
      const rows = await selectRows({ all: read }, tagTable, [[registry, repository]]);
      return rows.filter(({ digest }) => digest !== null).map(readTag);
    },
  };
}
