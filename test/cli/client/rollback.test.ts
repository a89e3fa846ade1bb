import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inputs, startFakeGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { digestOf, runRollback } from './runs.ts';

let gateway: FakeGateway;

beforeEach(async () => {
  gateway = await startFakeGateway();
});

afterEach(async () => {
  await gateway.stop();
});

describe('tributary rollback', () => {
  const imageStream = { source: 'local', namespace: 'shop' };
  const rolledBack = (digest: string) => ({
    imageStreamTag: { name: 'api:prod', digest, imageStream },
    userErrors: [],
  });

  it('goes back to the image before, if the tag is still what it was seen to be', async () => {
    gateway.answer({
      imageStreamTag: () => ({ digest: digestOf('b') }),
      rollbackImageStreamTag: () => rolledBack(digestOf('a')),
    });
    expect(await runRollback(gateway.url, 'shop/api:prod')).toEqual({
      code: 0,
      stdout: 'shop/api:prod  bbbbbbbbbbbb → aaaaaaaaaaaa\n',
      stderr: '',
    });
    expect(inputs(gateway)).toEqual([
      { namespace: 'shop', name: 'api:prod', expectedDigest: digestOf('b'), dryRun: false },
    ]);
  });

  it('says so where the tag was changed meanwhile', async () => {
    const userErrors = [{ code: 'CONFLICT', message: 'it points elsewhere now', field: ['expectedDigest'] }];
    gateway.answer({
      imageStreamTag: () => ({ digest: digestOf('b') }),
      rollbackImageStreamTag: () => ({ imageStreamTag: null, userErrors }),
    });
    expect(await runRollback(gateway.url, 'shop/api:prod')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tributary: CONFLICT: it points elsewhere now\n',
    });
  });

  it('goes back to the image that is named, by its digest or the beginning of it', async () => {
    gateway.answer({
      imageStreamTag: () => ({ digest: digestOf('b') }),
      imageStreamImage: ({ name }: { name: string }) => (name === 'api@cccccccc' ? { digest: digestOf('c') } : null),
      rollbackImageStreamTag: ({ input }: { input: { to: string } }) => rolledBack(input.to),
    });
    for (const to of [digestOf('c'), 'cccccccc']) {
      const ended = await runRollback(gateway.url, 'shop/api:prod', { to, output: 'json' });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(ended.stdout)).toMatchObject({
        imageStreamTag: { name: 'api:prod', digest: digestOf('c') },
        previousDigest: digestOf('b'),
      });
    }
    expect(inputs(gateway)).toEqual(
      [1, 2].map(() => ({ namespace: 'shop', name: 'api:prod', to: digestOf('c'), dryRun: false })),
    );
    expect(await runRollback(gateway.url, 'shop/api:prod', { to: 'ddddddd' })).toMatchObject({
      code: 1,
      stderr: 'tributary: shop/api has no image ddddddd in its history\n',
    });
  });

  it('ends with 1 where there is no such tag, or nothing before it', async () => {
    gateway.answer({ imageStreamTag: () => null });
    expect(await runRollback(gateway.url, 'shop/api:prod')).toMatchObject({
      code: 1,
      stderr: 'tributary: shop/api:prod does not exist\n',
    });
    gateway.answer({ imageStreamTag: () => ({ digest: null }) });
    expect(await runRollback(gateway.url, 'shop/api:prod')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('points at no image'),
    });
  });
});
