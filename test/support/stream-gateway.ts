import { stringify } from 'yaml';
import type { Outside } from '../../src/open-registries.ts';
import { startTestGateway, type Answer, type TestGateway } from './gateway.ts';
import { listen, type EventField, type Listener } from './listener.ts';

/** A gateway with image streams of its own, and what a test asks of it. */
export interface StreamGateway extends TestGateway {
  /** The position up to which it has read. */
  readonly asOf: () => Promise<string>;
  /** Subscribes from a cursor on, by default from now. */
  readonly listen: (
    field: EventField,
    options?: { readonly after?: string; readonly filter?: Readonly<Record<string, string>> },
  ) => Promise<Listener>;
  /** Has tags of `shop` follow an image. */
  readonly follow: (to: string, from: string) => Promise<void>;
  /** Points tags of `shop` at an image; for errors, too. */
  readonly point: (to: string, from: string) => Promise<Answer>;
  /** Imports a tag of `shop` now; answers what came of it. */
  readonly importNow: (name: string) => Promise<unknown>;
  readonly rollBack: (name: string, expectedDigest: string) => Promise<unknown>;
}

export interface StreamGatewayOptions {
  readonly registries: readonly object[];
  /** Keys of the one source of image streams. */
  readonly stream?: object;
  readonly storeUrl?: string;
  readonly change?: (outside: Outside) => Outside;
}

const tagging = `mutation ($input: TagImageStreamInput!) {
  tagImageStream(input: $input) { imports { state } userErrors { code message } }
}`;

/** The configuration of such a gateway. */
export function streamConfig({ registries, stream, storeUrl = ':memory:' }: StreamGatewayOptions, port = 0): string {
  return stringify({
    server: { port },
    access: { mode: 'open' },
    writes: true,
    store: { url: storeUrl },
    streams: [{ name: 'local', kind: 'local', schedule: '1h', importsPerMinute: 60_000, ...stream }],
    registries: registries.map((entry) => ({ kind: 'oci', insecure: true, allowPrivateNetwork: true, ...entry })),
  });
}

export async function startStreamGateway(options: StreamGatewayOptions): Promise<StreamGateway> {
  const gateway = await startTestGateway(streamConfig(options), {}, options.change);
  const { ask, data } = gateway;
  const asOf = async (): Promise<string> => ((await data('{ asOf }')) as { readonly asOf: string }).asOf;
  const tag = (to: string, from: string, scheduled: boolean): Promise<Answer> =>
    ask(tagging, { input: { namespace: 'shop', from: { kind: 'DOCKER_IMAGE', name: from }, to: [to], scheduled } });
  return {
    ...gateway,
    asOf,
    listen: async (field, { after, filter } = {}) => listen(gateway.url, field, after ?? (await asOf()), filter),
    follow: async (to, from) => {
      const answer = await tag(to, from, true);
      const { imports } = answer.data?.['tagImageStream'] as {
        readonly imports: readonly { readonly state: string }[];
      };
      if (imports[0]?.state !== 'IMPORTED') throw new Error(`${from} was not imported: ${JSON.stringify(answer)}`);
    },
    point: (to, from) => tag(to, from, false),
    importNow: async (name) => {
      const answer = await data(
        `mutation ($name: String!) {
          importImageStream(input: { namespace: "shop", name: $name }) {
            imports { tag state digest error { code } } userErrors { code message }
          }
        }`,
        { name },
      );
      return answer['importImageStream'];
    },
    rollBack: async (name, expectedDigest) => {
      const answer = await data(
        `mutation ($name: String!, $expectedDigest: Digest) {
          rollbackImageStreamTag(input: { namespace: "shop", name: $name, expectedDigest: $expectedDigest }) {
            imageStreamTag { digest } userErrors { code message }
          }
        }`,
        { name, expectedDigest },
      );
      return answer['rollbackImageStreamTag'];
    },
  };
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
