import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followConfig, readConfig, type ConfigSource, type FollowedConfig } from '../../src/cli/follow-config.ts';
import { loadConfigFile, type LoadedConfig } from '../../src/config.ts';
import type { Reloaded } from '../../src/gateway.ts';
import { filesReadOnce } from '../../src/open-files.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

const lookMs = 5_000;
const certificate = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
const withRegistry = (name: string): string =>
  `access: { mode: open }\nregistries: [{ name: ${name}, kind: oci, caFile: ca.pem }]\n`;

/** What was handed on: the names of the registries, or the paths of the problems; and the files that changed. */
type Handed = readonly [what: readonly string[], files: readonly string[]];

let folder: string;
let file: string;
let clock: ManualClock;
let followed: FollowedConfig;
let handed: Handed[];
let outcome: (loaded: LoadedConfig) => Reloaded;

function follow(at: string): void {
  const source: ConfigSource = {
    file: at,
    load: () => loadConfigFile(at),
    filesOf: (config) => filesReadOnce(config, {}),
  };
  followed = followConfig({
    source,
    inForce: readConfig(source).stamps,
    clock,
    reload: (loaded, files = []) => {
      const what =
        loaded.kind === 'valid' ? loaded.config.registries : loaded.problems.map(({ path }) => ({ name: path }));
      handed.push([what.map(({ name }) => name), files]);
      return Promise.resolve(outcome(loaded));
    },
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-follow-'));
  file = join(folder, 'tributary.yaml');
  clock = createManualClock();
  handed = [];
  outcome = ({ kind }) => (kind === 'valid' ? 'in-force' : 'refused');
  writeFileSync(join(folder, 'ca.pem'), certificate('one'));
  writeFileSync(file, withRegistry('a.example'));
  follow(file);
});

afterEach(() => {
  followed.stop();
  expect(clock.timers()).toBe(0);
  rmSync(folder, { recursive: true });
});

const look = (): Promise<void> => clock.advance(lookMs);

describe('a configuration file that is followed', () => {
  it('O04: is handed on once when it says something else, within 5 s', async () => {
    await look();
    expect(handed).toEqual([]);
    writeFileSync(file, withRegistry('b.example'));
    await look();
    await look();
    expect(handed).toEqual([[['b.example'], []]]);
  });

  it('O04: may be replaced by another file', async () => {
    writeFileSync(join(folder, 'next'), withRegistry('b.example'));
    renameSync(join(folder, 'next'), file);
    await look();
    expect(handed).toEqual([[['b.example'], []]]);
  });

  it('O04: may be reached over a link that is moved, as in a volume that Kubernetes mounts', async () => {
    followed.stop();
    for (const [version, name] of [
      ['..1', 'a.example'],
      ['..2', 'b.example'],
    ] as const) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'tributary.yaml'), withRegistry(name));
    }
    symlinkSync('..1', join(folder, '..data'));
    const mounted = join(folder, 'mounted.yaml');
    symlinkSync(join('..data', 'tributary.yaml'), mounted);
    follow(mounted);
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await look();
    expect(handed.map(([what]) => what)).toEqual([['b.example']]);
  });

  it('O04: that is broken is handed on once, and again when it is broken in another way', async () => {
    writeFileSync(file, withRegistry('b.example').replace('kind', 'kin'));
    await look();
    await look();
    expect(handed.map(([what]) => what)).toEqual([['registries[0].kind', 'registries[0].kin']]);
    writeFileSync(file, 'access: { mode: opn }\n');
    await look();
    expect(handed.map(([what]) => what).slice(1)).toEqual([['access.mode']]);
  });

  it('O04: that is broken is in force as soon as it is what it was, or is mended', async () => {
    writeFileSync(file, '{');
    await look();
    writeFileSync(file, withRegistry('a.example'));
    await look();
    await look();
    expect(handed.map(([what]) => what).slice(1)).toEqual([['a.example']]);
  });

  it('O04: is taken when a file is there that it named before it was', async () => {
    writeFileSync(file, withRegistry('b.example').replace('ca.pem', 'other.pem'));
    await look();
    await look();
    expect(handed.map(([what]) => what)).toEqual([['registries[0].caFile']]);
    writeFileSync(join(folder, 'other.pem'), certificate('two'));
    await look();
    expect(handed.map(([what]) => what).slice(1)).toEqual([['b.example']]);
  });

  it('O04: that cannot be put in force now is handed on at each look, until it is', async () => {
    outcome = () => 'failed';
    writeFileSync(file, withRegistry('b.example'));
    await look();
    await look();
    outcome = () => 'in-force';
    await look();
    await look();
    expect(handed.map(([what]) => what)).toEqual([['b.example'], ['b.example'], ['b.example']]);
  });

  it('O04: that takes a restart is handed on once', async () => {
    outcome = () => 'refused';
    writeFileSync(file, withRegistry('b.example'));
    await look();
    await look();
    expect(handed.map(([what]) => what)).toEqual([['b.example']]);
  });

  it('O04: is handed on at once when it is asked for, though it says what it said', async () => {
    await followed.look();
    expect(handed).toEqual([[['a.example'], []]]);
  });

  it('O04: is handed on when the certificates that it names are others, though it says what it said', async () => {
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, certificate('two'));
    await look();
    await look();
    expect(handed).toEqual([[['a.example'], [caFile]]]);
  });

  it('O04: stays as it is while the certificates that it names are missing', async () => {
    rmSync(join(folder, 'ca.pem'));
    await look();
    await look();
    expect(handed.map(([what]) => what)).toEqual([['registries[0].caFile']]);
  });
});
