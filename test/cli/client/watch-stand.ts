import { afterEach, beforeEach } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WatchOptions } from '../../../src/cli/client/watch/watch.ts';
import { startFakeGateway, type FakeGateway, type FakeGatewayOptions } from '../../support/fake-gateway.ts';
import { startWatch, until, type RunningWatch } from './stand.ts';

/** Appends the digest of an event, which tests number their events by, to the file `done`. */
export const appendDigest = 'echo "$TRIBUTARY_DIGEST" >> "$FOLDER/done"';

/** For each test a fake gateway, a folder, and watches that are ended with it. */
export function prepareWatchStand() {
  let gateway: FakeGateway;
  let folder: string;
  let running: RunningWatch[];

  beforeEach(async () => {
    gateway = await startFakeGateway();
    folder = mkdtempSync(join(tmpdir(), 'tributary-watch-'));
    running = [];
  });

  afterEach(async () => {
    await Promise.all(running.map(({ stop }) => stop()));
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  return {
    get gateway() {
      return gateway;
    },
    get folder() {
      return folder;
    },
    /** Starts another gateway instead. */
    replaceGateway: async (options: FakeGatewayOptions) => {
      await gateway.stop();
      gateway = await startFakeGateway(options);
    },
    start: (patterns: readonly string[], options: Partial<WatchOptions> = {}): RunningWatch => {
      const started = startWatch(gateway.url, patterns, options, { FOLDER: folder });
      running.push(started);
      return started;
    },
    /** Until so many subscriptions were begun, in all. */
    subscribed: (count = 1) => until(() => gateway.subscribed.length >= count, `${count} subscriptions`),
    /** The lines of a file that commands wrote. */
    file: (name: string): readonly string[] => {
      const path = join(folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
    },
    /** Events with the digests d1, d2, …. */
    appendMany: (from: number, to: number): void => {
      for (const digest of digests(from, to)) gateway.append({ digest });
    },
  };
}

/** d1, d2, …, as events are numbered. */
export function digests(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `d${from + index}`);
}

/** The digests of the events that were shown. */
export function shown({ written }: RunningWatch): readonly string[] {
  return [...written.stdout.matchAll(/→ (\w+)/g)].map(([, digest]) => digest!);
}
