import { spawn } from 'node:child_process';
import { oneLine } from '../../../lib/one-line.ts';
import { backoff, pause, type CommandWorld } from '../command.ts';
import { tell } from '../failure.ts';
import type { WatchedEvent } from './event.ts';

export interface CommandRunnerOptions {
  /** What `sh -c` is given. */
  readonly command: string;
  /** How often it is tried again where it fails. */
  readonly retries: number;
  /** Keeps stdout for our own lines: what the command writes there goes to stderr. */
  readonly isStdoutOurs: boolean;
}

/** What a command that goes on until it is ended has from its machine. */
export interface WatchWorld extends CommandWorld {
  /** What the user's own commands are given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when watching is to end. */
  readonly stopping: AbortSignal;
}

/** Between tries, milliseconds. */
const waits = { first: 1000, most: 30_000 };

/**
 * Makes what runs a command of the user's for an event, told by its environment and, as JSON, by its standard input: nothing
 * of an event becomes part of the command's text. Answers whether it went well in the end; each failure is said.
 */
export function createCommandRunner(
  options: CommandRunnerOptions,
  world: WatchWorld,
): (event: WatchedEvent) => Promise<boolean> {
  return async (event) => {
    for (let tries = 0; ; tries += 1) {
      const how = await runOnce(options, event, world.env);
      if (how === undefined) return true;
      const isLast = tries >= options.retries || world.stopping.aborted;
      const what = `the command ${how} for ${event.kind} ${event.subject?.text ?? ''}`;
      tell(world.output, isLast ? what : `${what}: trying again`);
      if (isLast) return false;
      await pause(world.clock, backoff(tries, waits), world.stopping);
    }
  };
}

/** How the command failed; `undefined` where it went well. */
function runOnce(
  { command, isStdoutOurs }: CommandRunnerOptions,
  event: WatchedEvent,
  env: WatchWorld['env'],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...env, ...environmentOf(event) },
      stdio: ['pipe', isStdoutOurs ? 2 : 'inherit', 'inherit'],
    });
    child.once('error', (error) => {
      resolve(`could not be started (${error.message})`);
    });
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${code}`);
    });
    // Most commands do not read it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(event)}\n`);
  });
}

/** What a command is told of an event: `TRIBUTARY_…`, empty where there is nothing. */
export function environmentOf(event: WatchedEvent): Readonly<Record<string, string>> {
  const { subject } = event;
  const told = {
    KIND: event.kind,
    SUBJECT: subject?.text,
    TAG: subject?.tag,
    REGISTRY: subject?.registry,
    REPOSITORY: subject?.repository,
    SOURCE: subject?.source,
    NAMESPACE: subject?.namespace,
    IMAGE_STREAM: subject?.imageStream,
    DIGEST: event.digest,
    PREVIOUS_DIGEST: event.previousDigest,
    REVISION: event.revision,
    CAUSE: event.cause,
    REASON: event.reason,
    COALESCED: event.coalesced,
    SCOPE: event.scope,
    OBSERVED_AT: event.observedAt,
    ID: event.id,
    CURSOR: event.cursor,
  };
  // An environment cannot hold every sign: what it cannot hold is written as an escape, and is as it was in the JSON.
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [`TRIBUTARY_${name}`, oneLine(String(value ?? ''))]),
  );
}
