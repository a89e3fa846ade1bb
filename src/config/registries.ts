import { z } from 'zod';
import { isRepositoryName } from '../domain/reference.ts';
import { isGlob } from '../lib/glob.ts';
import { nearest } from '../lib/nearest.ts';
import { shown } from './shown.ts';
import { byteSize, count, duration, filePath, flag, folderPath, host, origin, text } from './values.ts';

/** The kinds of registry that there are adapters for. */
const registryKinds = ['oci', 'docker-hub', 'red-hat', 'openshift'] as const;

/** A kind of registry that there is an adapter for. */
export type RegistryKind = (typeof registryKinds)[number];

/** Registries that people know by name and that answer as any OCI registry does. */
const otherKinds = ['quay', 'harbor', 'ghcr', 'gitlab', 'ecr', 'acr', 'gar', 'gcr', 'artifactory', 'nexus', 'zot'];

function kindMessage(issue: { readonly input?: unknown }): string {
  const said = issue.input;
  if (typeof said !== 'string') return `is ${shown(said)}: write one of ${registryKinds.join(', ')}`;
  if (otherKinds.includes(said)) {
    return `${shown(said)} has no adapter of its own yet: write kind: oci, which reads every registry that speaks the OCI distribution protocol`;
  }
  const meant = nearest(said, registryKinds);
  return `${shown(said)} is no kind of registry: ${meant === undefined ? `write one of ${registryKinds.join(', ')}` : `did you mean ${meant}?`}`;
}

const credentialsSchema = z
  .strictObject({
    username: text()
      .describe(
        'The user or robot account; with `passwordFile`. With `fromCallers`: the user whose password the token is for the registry; without it, the registry takes the token as it is.',
      )
      .optional(),
    passwordFile: filePath()
      .describe('A file that holds the password or access token; a line break at its end is ignored.')
      .optional(),
    tokenFile: filePath()
      .describe(
        'In place of both, for `openshift`: a file that holds a token of the cluster, such as that of a service account. Read again as it changes.',
      )
      .optional(),
    fromCallers: z
      .array(text())
      .min(1, { error: 'names no callers: name those whose tokens this registry knows' })
      .describe(
        'In place of all of these: the registry is read with the token of whoever asks, where `access.callers` of these names (kind `oidc` or `kubernetes`) know them by it, and else without any. It is sent to `url` and `tokenRealms` alone. Wants `access.mode: policy`.',
      )
      .optional(),
  })
  .describe(
    'What the gateway logs in to the registry with. Without it, what docker and podman logged in with is used, else nothing.',
  );

/** Whether there could be a repository of that name, or, where it has signs that stand for others, of such a name. */
function isRepositoryPattern(text: string): boolean {
  return isGlob(text) ? /^[a-z0-9*?._/-]{1,255}$/.test(text) : isRepositoryName(text);
}

const watchSchema = z
  .strictObject({
    interval: duration().describe('How often watched tags are looked at.').prefault('5m'),
    repositories: z
      .array(
        text().refine(isRepositoryPattern, {
          error: (issue) =>
            `is ${shown(issue.input)}, which no repository is named like: write a name without its registry and in lower case, such as team/app, or a pattern such as team/*`,
        }),
      )
      .describe(
        'Repositories whose tags are watched: names, or patterns with * (within a path part), ** (across) and ?.',
      )
      .prefault([]),
  })
  .describe('Looks at tags regularly, so that their changes are seen.');

/** The forms of webhooks that there are readers for. */
const webhookFormats = ['generic', 'distribution', 'docker-hub', 'quay', 'harbor', 'github'] as const;

/** A form of webhooks that there is a reader for. */
export type WebhookFormat = (typeof webhookFormats)[number];

const webhookSchema = z
  .strictObject({
    format: z
      .enum(webhookFormats, {
        error: (issue) => `is ${shown(issue.input)}: write one of ${webhookFormats.join(', ')}`,
      })
      .describe(
        "What the registry sends, see webhooks.md. Default: `docker-hub` for `docker-hub`; `distribution`, the notifications of Docker's registry, for `oci`; `generic`, the gateway's own, for kinds that send none.",
      )
      .optional(),
    secretFile: filePath().describe(
      'A file that holds the secret which the sender proves to know; a line break at its end is ignored.',
    ),
  })
  .describe('Lets the registry tell of its changes.');

/** One entry under `registries`, as the file says it. */
export const registrySchema = z.strictObject({
  name: host().describe('The name used in references: a host, with its port where references carry one.'),
  kind: z
    .enum(registryKinds, { error: kindMessage })
    .describe(
      'Which adapter reads it: `oci` for every registry that speaks the OCI distribution protocol; `openshift` for the registry of a cluster, whose repositories are the image streams of the `streams` that lead to it.',
    ),
  url: origin()
    .describe(
      'Where it is reached, an origin. Default: `https://<name>`; for `docker-hub`, `https://registry-1.docker.io`.',
    )
    .optional(),
  hubUrl: origin()
    .describe(
      'For `docker-hub`: where the REST API of Docker Hub is. Default: `https://hub.docker.com`, or the origin in `url` where that is set.',
    )
    .optional(),
  aliases: z
    .array(host())
    .describe(
      'Other hosts that mean this registry in references. Docker Hub has `docker.io`, `index.docker.io`, `registry-1.docker.io` and `registry.hub.docker.com` anyway.',
    )
    .prefault([]),
  credentials: credentialsSchema.optional(),
  caFile: filePath()
    .describe('Certificates (PEM) that this registry, and it alone, is trusted by, besides the usual ones.')
    .optional(),
  insecure: flag().describe('Allows plain http to this registry.').prefault(false),
  allowPrivateNetwork: flag()
    .describe('Allows this very host and port to be at a private or loopback address.')
    .prefault(false),
  tokenRealms: z
    .array(origin())
    .describe(
      "Other origins that may be given this registry's credential to make tokens; its own origin and the well-known pairs always may. They may be at private addresses.",
    )
    .prefault([]),
  redirectHosts: z
    .array(host())
    .describe('Private hosts that blobs may come from. Public https hosts always may. None is ever given a credential.')
    .prefault([]),
  concurrency: count(1, 1024).describe('Requests to this registry that may be under way at once.').prefault(32),
  propagateTrace: flag()
    .describe('Tells this registry, by `traceparent`, which trace a request belongs to. Never tell those of others.')
    .prefault(false),
  watch: watchSchema.optional(),
  webhook: webhookSchema.optional(),
});

/** The `cache` group: what is remembered of registries, and for how long. */
export const cacheSchema = z.strictObject({
  tagTtl: duration({ min: 0 }).describe('How long what a tag points at is taken as fresh.').prefault('60s'),
  maxStale: duration({ min: 0 })
    .describe('How long after that it may still be served, marked as stale, while its registry fails to answer.')
    .prefault('24h'),
  memory: byteSize()
    .describe('Memory for manifests and image configurations. A change takes a restart.')
    .prefault('256MiB'),
  disk: byteSize({ min: 0 })
    .describe('Disk for the same, so that they outlive the process; 0 keeps nothing on disk. A change takes a restart.')
    .prefault('2GiB'),
  folder: folderPath()
    .describe(
      'The folder of the file cache.db, which may be deleted at any time. Default: the folder of a `file:` store; with another store nothing is kept on disk. A change takes a restart.',
    )
    .optional(),
});
