import { createHash, createHmac } from 'node:crypto';
import { createSampleRegistry, type Exchange } from '../../demo/registry-server.ts';

/** A registry whose tags move by themselves, and which tells a gateway of it as far as that listens. */
export interface MovingRegistry {
  readonly port: number;
  /** What each tag pointed at, oldest first. */
  readonly truth: ReadonlyMap<string, readonly string[]>;
  /** Moves one tag now, any where none is named. */
  readonly move: (tag?: string) => void;
  readonly close: () => Promise<void>;
}

export interface MovingRegistryOptions {
  readonly repository: string;
  readonly tags: readonly string[];
  /** Numbers from 0 to 1 that say which tag moves, and where to. */
  readonly random: () => number;
  /** Where hints are sent to, and the secret that they are signed with. */
  readonly webhook: { readonly url: string; readonly secret: Buffer };
  /** What becomes of an answer on its way; without it, it is sent. */
  readonly intercept?: (exchange: Exchange) => Promise<void>;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** How many images the tags move between: few enough that they go back at times. */
const images = 40;

export async function startMovingRegistry(options: MovingRegistryOptions): Promise<MovingRegistry> {
  const { repository, tags, random, webhook, intercept } = options;
  const registry = createSampleRegistry(intercept && { intercept });
  const { store } = registry;
  const truth = new Map<string, string[]>(tags.map((tag) => [tag, []]));
  let delivery = 0;

  function point(tag: string, image: number): void {
    const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', created: null, image }));
    const digest = store.putBlob(repository, config);
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length },
      layers: [],
    };
    const stored = store.putManifest(repository, manifestType, Buffer.from(JSON.stringify(manifest)));
    store.tag(repository, tag, stored.digest, Date.now());
    const were = truth.get(tag);
    if (were !== undefined && were.at(-1) !== stored.digest) were.push(stored.digest);
  }

  /** As the Standard Webhooks say; lost where nobody listens, which is what polls are for. */
  function tell(tag: string): void {
    delivery += 1;
    const id = `soak-${delivery}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const body = JSON.stringify({ repository, tag });
    const signature = createHmac('sha256', webhook.secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    };
    fetch(webhook.url, { method: 'POST', headers, body }).then(
      (answer) => answer.body?.cancel(),
      () => undefined,
    );
  }

  for (const tag of tags) point(tag, 0);
  const { port } = await registry.listen(0);
  return {
    port,
    truth,
    move: (tag = tags[Math.floor(random() * tags.length)] ?? '') => {
      point(tag, Math.floor(random() * images));
      tell(tag);
    },
    close: () => registry.close(),
  };
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
