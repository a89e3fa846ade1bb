import { appendFile } from 'node:fs';
import { promisify } from 'node:util';
import { createAuditLog } from './audit/audit-log.ts';
import { noAudit, type Audit } from './audit/audit.ts';
import type { Config } from './config.ts';
import { createAppendFile } from './lib/append-file.ts';
import type { Clock } from './lib/clock.ts';
import { createLineWriter } from './lib/line-writer.ts';
import type { Log } from './lib/log.ts';

export interface OpenAudit {
  readonly audit: Audit;
  readonly close: () => Promise<void>;
}

/** How long a mutation waits for its row, in milliseconds. */
const patience = 5_000;

const standardOutput = 1;

/** Opens what keeps the audit log; nothing is kept where the configuration names no place. */
export function openAudit(
  { audit: config }: Pick<Config, 'audit'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): OpenAudit {
  if (config === undefined) return { audit: noAudit, close: () => Promise.resolve() };
  const { append: keep, close } = config.file === '-' ? createOutput(standardOutput) : createAppendFile(config.file);
  return { audit: createAuditLog({ ...createLineWriter({ keep, patience, clock }), clock, log }), close };
}

function createOutput(descriptor: number): ReturnType<typeof createAppendFile> {
  const write = promisify(appendFile);
  return { append: (text) => write(descriptor, text), close: () => Promise.resolve() };
}
