import { readFileSync } from 'node:fs';
import type { Config, LoadedConfig } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import type { Clock } from '../lib/clock.ts';
import { hashOf } from '../lib/hash.ts';

/** Where a configuration is, and how it is read and checked. */
export interface ConfigSource {
  readonly file: string;
  readonly load: () => LoadedConfig;
  /** The files that a configuration names and that are read once. */
  readonly filesOf: (config: Config) => readonly string[];
}

/** A configuration that was read. */
export interface ReadConfig {
  readonly loaded: LoadedConfig;
  /** The hash of what each file said, by path: its own, and those that are read once; `undefined` for what cannot be read. */
  readonly stamps: ReadonlyMap<string, string | undefined>;
}

export interface FollowConfigOptions {
  readonly source: ConfigSource;
  /** As it was read when the gateway was started with it. */
  readonly inForce: ReadConfig['stamps'];
  readonly reload: Gateway['reload'];
  readonly clock: Clock;
}

export interface FollowedConfig {
  /** Looks at once, and hands on what is there also where it is what it was. Resolves when it is in force, or refused. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

/** How often the files are looked at, in milliseconds. */
const lookMs = 5_000;

/** Reads a configuration. What changes meanwhile is seen by the next look, since each hash is as old as what was read or older. */
export function readConfig({ file, load, filesOf }: ConfigSource): ReadConfig {
  const text = stampOf(file);
  const loaded = load();
  const others = loaded.kind === 'valid' ? filesOf(loaded.config) : [];
  return { loaded, stamps: new Map([file, ...others].map((path) => [path, path === file ? text : stampOf(path)])) };
}

/**
 * Looks at the content of a configuration file, and of the files that it names and that are read once, again and again, so that
 * every way of replacing them is seen: a write, a rename, the moved link of a mounted volume. What has changed is read and handed
 * on. What was refused is handed on again when it says something else, or is wrong in another way, since what is wrong may be in
 * another file; what failed is tried again each time.
 */
export function followConfig({ source, reload, clock, ...options }: FollowConfigOptions): FollowedConfig {
  let { inForce } = options;
  /** What was handed on last and is not in force. */
  let pending: { readonly refused: string | undefined } | undefined;
  let looking = Promise.resolve();
  let isStopped = false;
  let cancel = wait();

  function wait(): () => void {
    return clock.setTimeout(() => {
      void lookInTurn(false).finally(() => {
        if (!isStopped) cancel = wait();
      });
    }, lookMs);
  }

  function lookInTurn(isAsked: boolean): Promise<void> {
    looking = looking.then(() => look(isAsked));
    return looking;
  }

  async function look(isAsked: boolean): Promise<void> {
    const isChanged = [...inForce].some(([path, stamp]) => stampOf(path) !== stamp);
    if (isStopped || !(isAsked || isChanged || pending !== undefined)) return;
    const { loaded, stamps } = readConfig(source);
    const said = JSON.stringify([...stamps, loaded.kind === 'invalid' ? loaded.problems : []]);
    if (!isAsked && said === pending?.refused) return;
    const files = [...stamps].filter(([path, stamp]) => inForce.has(path) && inForce.get(path) !== stamp);
    const outcome = await reload(
      loaded,
      files.map(([path]) => path).filter((path) => path !== source.file),
    );
    if (outcome === 'in-force') inForce = stamps;
    pending = outcome === 'in-force' ? undefined : { refused: outcome === 'refused' ? said : undefined };
  }

  return {
    look: () => lookInTurn(true),
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

function stampOf(path: string): string | undefined {
  try {
    return hashOf(readFileSync(path), 'sha256');
  } catch {
    return undefined;
  }
}
