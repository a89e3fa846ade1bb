import { GatewayError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { cleanText } from '../lib/log-details.ts';
import { escapeInvisible, type Log } from '../lib/log.ts';
import type { Audit, AuditRow } from './audit.ts';

export interface AuditLogOptions {
  /** Keeps a line; settles once it is safe. */
  readonly append: (line: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
}

/** What a row holds of a text, in UTF-16 code units, and of a list: names and references are shorter, lists of tags can be longer. */
const most = { text: 500, items: 100 };

/** An audit log of JSON lines, each with its time (ISO 8601) first. */
export function createAuditLog({ append, clock, log }: AuditLogOptions): Audit {
  return {
    record: async (row) => {
      try {
        await append(auditLine(row, clock.now()));
      } catch (error) {
        log.error({ error }, 'the audit log cannot be written; mutations are refused until it can');
        const message =
          'what is changed here is written down first, and the audit log cannot be written now: nothing was done; ask again later';
        throw new GatewayError('UNAVAILABLE', message, {}, error);
      }
    },
  };
}

/** A row as one line, without its end. Whatever callers said is escaped, short and free of credentials. `now` in milliseconds. */
export function auditLine(row: AuditRow, now: number): string {
  const omitted = Object.entries(row).flatMap(([name, value]) =>
    Array.isArray(value) && value.length > most.items ? [[name, value.length - most.items] as const] : [],
  );
  const line = {
    time: new Date(now).toISOString(),
    ...row,
    ...(omitted.length > 0 && { omitted: Object.fromEntries(omitted) }),
  };
  return escapeInvisible(
    JSON.stringify(line, (_, value: unknown) => {
      if (typeof value === 'string') return cleanText(value, most.text);
      return Array.isArray(value) ? value.slice(0, most.items) : value;
    }),
  );
}
