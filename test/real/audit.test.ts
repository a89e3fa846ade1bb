import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCommandLine, type CommandLine } from '../support/command-line.ts';
import { ask } from '../support/gateway.ts';
import { until } from '../support/stream-gateway.ts';

let folder: string;
let gateway: CommandLine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-audited-'));
});
afterEach(async () => {
  gateway.kill('SIGTERM');
  await gateway.ended;
  rmSync(folder, { recursive: true });
});

/** Starts a gateway with an audit log; answers where it is reached. */
async function serve(audit: string): Promise<string> {
  const file = join(folder, 'tributary.yaml');
  const streams = 'streams: [{ name: local, kind: local }]';
  writeFileSync(
    file,
    `server: { port: 0 }\naccess: { mode: open }\nwrites: true\nstore: { url: ":memory:" }\naudit: { file: "${audit}" }\n${streams}\n`,
  );
  gateway = startCommandLine(['serve', '--config', file]);
  const address = (): string | undefined => /"url":"([^"]+)"/.exec(gateway.written.stderr)?.[1];
  await until(() => address() !== undefined, 'the gateway');
  return address() ?? '';
}

const create = 'mutation { createImageStream(input: { namespace: "shop", name: "web" }) { userErrors { code } } }';

it('O08: the audit log is on standard output alone, a line for each row, where the configuration says -', async () => {
  expect((await ask(await serve('-'), create)).errors).toBeUndefined();
  await until(() => gateway.written.stdout.split('\n').length === 3, 'two lines');
  const rows = gateway.written.stdout.trim().split('\n');
  expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
    { kind: 'mutation', viewer: 'anonymous', step: 'begun' },
    { kind: 'mutation', viewer: 'anonymous', step: 'ended', outcome: 'done' },
  ]);
  expect(gateway.written.stderr).not.toContain('"step"');
});

it('O08: nothing is changed while the disk of the audit log is full', async () => {
  const url = await serve('/dev/full');
  expect((await ask(url, create)).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  expect((await ask(url, '{ imageStreams { totalCount } }')).data).toEqual({ imageStreams: { totalCount: 0 } });
  expect(gateway.written.stderr).toContain('ENOSPC');
});
