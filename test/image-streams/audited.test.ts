import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../src/audit/attempt.ts';
import type { Came, TagPoint } from '../../src/audit/audit.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { createAudited, type Outcome, type Touched } from '../../src/image-streams/audited.ts';
import { createFakeImageStreams, item, streamWith } from '../support/fake-image-streams.ts';
import { digest } from '../support/fake-registry.ts';

const pointing = (...to: readonly string[]) => ({ history: to.map((sign) => item(`r@${sign}`, digest(sign))) });
const before = streamWith('shop/web', { prod: pointing('a'), test: pointing('a') });
const prod = { stream: before, tag: 'prod' };
const path = 'local/shop/web';

/** What the audit log is told of a write over one stream. */
async function told(touched: Touched['tags'], outcome: Outcome) {
  const begun: (readonly TagPoint[])[] = [];
  const ended: (Came & { readonly outcome: string })[] = [];
  const attempt: Attempt = {
    begin: ({ tags }) => {
      begun.push(tags);
      return Promise.resolve();
    },
    end: (word, came) => {
      ended.push({ outcome: word, ...came });
    },
  };
  const audited = createAudited(createFakeImageStreams([before]));
  await audited(
    attempt,
    { streams: [before], tags: touched },
    () => Promise.resolve(outcome),
    (result) => result,
  );
  return { tags: begun[0], ...ended[0] };
}

describe('what the audit log is told of a write', () => {
  it('O08: is what its tags pointed at when it was done, though others moved them after we looked', async () => {
    const after = streamWith('shop/web', { prod: pointing('c', 'b', 'a'), test: pointing('b', 'a') });
    expect(await told([prod], { streams: [after] })).toMatchObject({
      tags: [{ imageStream: path, tag: 'prod', digest: digest('a') }],
      outcome: 'done',
      moved: [{ imageStream: path, tag: 'prod', digest: digest('c'), previousDigest: digest('b') }],
    });
  });

  it('O08: is of an import what it imported, with what failed', async () => {
    const after = streamWith('shop/web', { prod: pointing('b', 'a'), test: pointing('b', 'a') });
    const error = new GatewayError('UPSTREAM_TLS', 'no', {});
    const imports = [
      { tag: 'prod', state: 'IMPORTED', digest: digest('b') },
      { tag: 'new', state: 'FAILED', error },
    ] as const;
    const found = await told('all', { streams: [after], imports });
    expect(found.tags?.map(({ tag }) => tag)).toEqual(['prod', 'test']);
    expect(found.moved?.map(({ tag }) => tag)).toEqual(['prod']);
    expect(found.imports).toEqual([
      { tag: 'prod', state: 'IMPORTED' },
      { tag: 'new', state: 'FAILED', code: 'UPSTREAM_TLS' },
    ]);
  });

  it('O08: is that nothing changed where the stream is as it was', async () => {
    expect(await told([prod], { streams: [before] })).toMatchObject({ outcome: 'unchanged', moved: [] });
    const wanted = { ...before, generation: before.generation + 1 };
    expect(await told([prod], { streams: [wanted] })).toMatchObject({ outcome: 'done', moved: [] });
  });
});
