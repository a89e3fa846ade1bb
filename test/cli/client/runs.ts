import { importImage, type ImportOptions } from '../../../src/cli/client/import.ts';
import { rollback, type RollbackOptions } from '../../../src/cli/client/rollback.ts';
import { tag, type TagOptions } from '../../../src/cli/client/tag.ts';
import { terminal } from './stand.ts';

/** What a command came to. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runTag(server: string, names: readonly string[], options: Partial<TagOptions> = {}): Promise<Ended> {
  const flags = { alias: false, reference: false, scheduled: false, insecure: false, dryRun: false, delete: false };
  const whole: TagOptions = { server, output: 'text', referencePolicy: 'source', ...flags, ...options };
  return run((world) => tag(names, whole, world));
}

export function runImport(
  server: string,
  name: string,
  options: Partial<ImportOptions> = {},
  isTerminal = false,
): Promise<Ended> {
  const whole: ImportOptions = { server, output: 'text', all: false, dryRun: false, timeout: 600_000, ...options };
  return run((world) => importImage(name, whole, world), isTerminal);
}

export function runRollback(server: string, name: string, options: Partial<RollbackOptions> = {}): Promise<Ended> {
  return run((world) => rollback(name, { server, output: 'text', dryRun: false, ...options }, world));
}

async function run(
  command: (world: ReturnType<typeof terminal>['world']) => Promise<number>,
  isTerminal = false,
): Promise<Ended> {
  const { written, world } = terminal(isTerminal);
  const code = await command(world);
  return { code, ...written };
}

/** A digest that is easy to know again. */
export function digestOf(sign: string): string {
  return `sha256:${sign.repeat(64)}`;
}
