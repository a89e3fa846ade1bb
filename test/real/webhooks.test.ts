import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Hint } from '../../src/domain/hint.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { pushImage, pushImages } from '../support/pushed-images.ts';
import { remove } from '../support/skopeo.ts';
import { registries, startWebhookStand, type WebhookStand } from '../webhooks/stand.ts';

/** Hints as they come, to be waited for. */
function createHintLog() {
  const hints: string[] = [];
  let look = (): void => undefined;
  return {
    hints,
    take: (some: readonly Hint[]) => {
      hints.push(...some.map(({ repository, tag }) => (tag === undefined ? repository : `${repository}:${tag}`)));
      look();
    },
    /** Resolves once all of these have come. */
    all: (wanted: readonly string[]) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (wanted.every((hint) => hints.includes(hint))) resolve();
        };
        look();
      }),
  };
}

describe("notifications of Debian's docker-registry", () => {
  const log = createHintLog();
  let stand: WebhookStand;
  let registry: DockerRegistry;

  beforeAll(async () => {
    stand = await startWebhookStand({
      onHints: (_, hints) => {
        log.take(hints);
      },
    });
    stand.writeSecret('distribution', 'of the tests');
    registry = await startDockerRegistry({
      notify: { url: `${stand.url}/webhooks/${registries.distribution}`, authorization: 'Bearer of the tests' },
    });
  });
  afterAll(async () => {
    await registry.stop();
    await stand.close();
  });

  it('hint at every tag that is pushed, be it of an image, an index or an artifact, and at nothing else', async () => {
    const pushed = await pushImages({ host: registry.host });
    const wanted = pushed.flatMap(({ repository, tags }) => tags.map((tag) => `${repository}:${tag}`));
    expect(wanted.length).toBeGreaterThan(0);
    await log.all(wanted);
    expect(log.hints.filter((hint) => !wanted.includes(hint))).toEqual([]);
    expect(stand.outcomes.filter(({ kind }) => kind !== 'hints' && kind !== 'ignored')).toEqual([]);
  }, 60_000);

  it('hint at the repository of a manifest that is deleted', async () => {
    await pushImage({ host: registry.host }, 'gone/app', '1');
    await remove({ host: registry.host }, 'gone/app:1');
    await log.all(['gone/app:1', 'gone/app']);
  }, 60_000);
});
