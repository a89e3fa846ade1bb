import type { Engine } from './engine.ts';
import type { Dialect, Session } from './session.ts';
import type { Lease, Leases, Work } from './store.ts';
import { insertRows, keyText, selectRows, sortedKeys, upsertRows, type Table } from './table.ts';

/** A row of `leases`: a piece of work. */
interface LeaseRow {
  readonly kind: string;
  readonly name: string;
  /** `null` where the work was dropped. While it is held, when it is due again; earlier than that where it was asked for meanwhile. */
  readonly due_at: number | null;
  /** 0 while nobody holds it. */
  readonly held_until: number;
  readonly fence: number;
  readonly note: string | null;
}

const leaseTable: Table<LeaseRow> = {
  name: 'leases',
  key: ['kind', 'name'],
  others: ['due_at', 'held_until', 'fence', 'note'],
};

type WorkKey = Pick<Work, 'kind' | 'name'>;

/** Locks work until the transaction ends, and says which leases of it are held now. */
export async function lockLeases(
  session: Session,
  dialect: Dialect,
  leases: readonly WorkKey[],
  now: number,
): Promise<(lease: Lease) => boolean> {
  const rows = await lockRows(session, dialect, leases);
  return ({ kind, name, fence }) => {
    const row = rows.get(keyText([kind, name]));
    return row?.fence === fence && row.held_until > now;
  };
}

async function lockRows(
  session: Session,
  dialect: Dialect,
  works: readonly WorkKey[],
): Promise<ReadonlyMap<string, LeaseRow>> {
  const keys = sortedKeys(works.map(({ kind, name }) => [kind, name]));
  const rows = await selectRows(session, leaseTable, keys, dialect.forUpdate);
  return new Map(rows.map((row) => [keyText([row.kind, row.name]), row]));
}

/** Leases as they are in an engine. */
export function createLeases({ dialect, read, transaction }: Engine): Leases {
  return {
    schedule: (kind, works) =>
      transaction(async (session) => {
        const now = await session.now();
        const dueAt = new Map<string, number>();
        for (const { name, dueInMs } of works) dueAt.set(name, Math.min(dueAt.get(name) ?? Infinity, now + dueInMs));
        const rows = [...dueAt].map(([name, due_at]) => ({ kind, name, due_at, held_until: 0, fence: 0, note: null }));
        rows.sort((a, b) => (a.name < b.name ? -1 : 1));
        await insertRows(
          session,
          leaseTable,
          rows,
          `ON CONFLICT (kind, name) DO UPDATE SET due_at = excluded.due_at
            WHERE leases.due_at IS NULL OR leases.due_at > excluded.due_at`,
        );
      }),

    claim: (kind, most, holdMs) =>
      transaction(async (session) => {
        const now = await session.now();
        const due = await session.all<LeaseRow>(
          `SELECT kind, name, due_at, held_until, fence, note FROM leases
            WHERE kind = $1 AND due_at <= $2 AND held_until <= $3 ORDER BY due_at, name LIMIT $4
            ${dialect.forUpdateSkipLocked}`,
          [kind, now, now, most],
        );
        const until = now + holdMs;
        const claimed = due.map((row) => ({ ...row, due_at: until, held_until: until, fence: row.fence + 1 }));
        await upsertRows(session, leaseTable, claimed);
        return claimed.map((row) => ({ ...readWork(row), fence: row.fence }));
      }),

    complete: (lease, dueInMs, note) =>
      transaction(async (session) => {
        const now = await session.now();
        const row = (await lockRows(session, dialect, [lease])).get(keyText([lease.kind, lease.name]));
        if (row?.fence !== lease.fence || row.held_until <= now) return false;
        const next = now + dueInMs;
        // Who asked for it meanwhile may know of something that came too late for this turn.
        const asked = row.due_at !== null && row.due_at < row.held_until ? row.due_at : Infinity;
        const due_at = Math.min(asked, next);
        await upsertRows(session, leaseTable, [{ ...row, due_at, held_until: 0, note: note ?? null }]);
        return true;
      }),

    drop: (kind, names) =>
      transaction(async (session) => {
        const works = names.map((name) => ({ kind, name }));
        const rows = [...(await lockRows(session, dialect, works)).values()];
        // Whoever still holds it has lost it.
        const dropped = rows.map((row) => ({ ...row, due_at: null, held_until: 0, fence: row.fence + 1, note: null }));
        await upsertRows(session, leaseTable, dropped);
      }),

    list: async (kind) => {
      const rows = await read<LeaseRow & { due_at: number }>(
        'SELECT kind, name, due_at, note FROM leases WHERE kind = $1 AND due_at IS NOT NULL ORDER BY name',
        [kind],
      );
      return rows.map(readWork);
    },
  };
}

function readWork(row: LeaseRow & { readonly due_at: number }): Work {
  return { kind: row.kind, name: row.name, note: row.note ?? undefined, dueAt: row.due_at };
}
