import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startReloadStand, type ReloadStand } from './reload-stand.ts';

let stand: ReloadStand;
const streams = [{ name: 'local', kind: 'local' }];
const auditTo = (name: string) => ({ streams, audit: { file: join(stand.folder, name) } });

beforeEach(async () => {
  stand = await startReloadStand((folder) => ({ streams, audit: { file: join(folder, 'audit.jsonl') } }));
});

afterEach(async () => {
  await stand.stop();
});

function rows(name: string): readonly unknown[] {
  const lines = readFileSync(join(stand.folder, name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('the audit log, when the configuration is read again,', () => {
  it('O08: has a row of what was taken over, with the keys that changed', async () => {
    const more = [...streams, { name: 'other', kind: 'local' }];
    await stand.reload({ ...auditTo('audit.jsonl'), streams: more, writes: true, limits: { depth: 3, tokens: 500 } });
    expect(rows('audit.jsonl')).toEqual([
      {
        time: expect.any(String),
        kind: 'reload',
        outcome: 'done',
        changed: expect.arrayContaining(['streams', 'writes', 'limits']),
        problems: [],
      },
    ]);
  });

  it('O08: has a row of what was refused, with each problem and its path', async () => {
    await stand.reload({ ...auditTo('audit.jsonl'), limits: { depth: 0 } });
    await stand.reload({ ...auditTo('audit.jsonl'), server: { port: 1 } });
    expect(rows('audit.jsonl')).toMatchObject([
      { outcome: 'refused', changed: [], problems: [expect.stringMatching(/^limits\.depth: /)] },
      { outcome: 'refused', changed: ['server'], problems: [expect.stringMatching(/^server\.port: .*restart/)] },
    ]);
  });

  it('O08: keeps the configuration before in force where the row of the next cannot be kept', async () => {
    mkdirSync(join(stand.folder, 'folder'));
    expect(await stand.reload({ ...auditTo('folder'), limits: { depth: 3 } })).toBe('failed');
    expect(await stand.metric('tributary_config_current')).toBe(0);
    expect(await stand.reload({ ...auditTo('next.jsonl'), limits: { depth: 3 } })).toBe('in-force');
    expect(rows('next.jsonl')).toMatchObject([{ outcome: 'done', changed: ['audit', 'limits'] }]);
  });
});
