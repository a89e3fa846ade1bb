import { z } from 'zod';
import { count, duration, filePath, flag, host, label, origin, text } from './values.ts';

const localSchema = z
  .strictObject({
    name: label().describe('The name of the source.'),
    kind: z.literal('local').describe('Image streams that the gateway keeps itself, in its store.'),
    schedule: duration().describe('How often scheduled tags are imported again.').prefault('15m'),
    history: count(1, 10_000)
      .describe('How many images the history of each tag keeps; the oldest go first.')
      .prefault(100),
    importsPerMinute: count(1, 100_000)
      .describe('How many scheduled tags are imported again each minute, for each registry and gateway.')
      .prefault(60),
  })
  .describe('Image streams kept by the gateway itself.');

const openshiftSchema = z
  .strictObject({
    name: label().describe('The name of the source.'),
    kind: z.literal('openshift').describe('Image streams of an OpenShift cluster.'),
    server: origin()
      .describe(
        "The cluster's API server. One of `server` with `tokenFile`, `kubeconfig` or `context`, and `inCluster`.",
      )
      .optional(),
    kubeconfig: filePath()
      .describe(
        'A kubeconfig to find the cluster and an identity in; read again as it changes. Default: those that KUBECONFIG names, else `~/.kube/config`.',
      )
      .optional(),
    context: text().describe('The context of the kubeconfig. Default: its current one.').optional(),
    inCluster: flag().describe("Uses the service account of the gateway's own pod.").prefault(false),
    tokenFile: filePath()
      .describe('A file that holds the bearer token for `server`; read again as it changes.')
      .optional(),
    caFile: filePath().describe('Certificates (PEM) that `server` is trusted by.').optional(),
    insecure: flag().describe('Allows plain http to `server`.').prefault(false),
    allowPrivateNetwork: flag()
      .describe('Allows this very host and port to be at a private or loopback address. Implied by `inCluster`.')
      .prefault(false),
    namespaces: z.array(text()).describe('The namespaces to show. Default: all that the identity may list.').optional(),
    registries: z
      .record(host(), host())
      .describe('Which configured registry a host means within references of this source: host to name.')
      .prefault({}),
  })
  .describe('Image streams of an OpenShift cluster.');

/** One entry under `streams`, as the file says it. */
export const streamSchema = z.discriminatedUnion('kind', [localSchema, openshiftSchema], {
  error: 'is no kind of image stream source: write local or openshift',
});

/** A source of image streams. Durations are milliseconds. */
export type StreamSourceConfig = Readonly<z.output<typeof streamSchema>>;
