import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { listenOn } from './listening.ts';
import { identify } from './openshift/access.ts';
import type { SampleIdentity, SampleRbac, SampleRule } from './openshift/access.ts';
import { createCluster } from './openshift/cluster.ts';
import type { SampleImagePolicy } from './openshift/cluster.ts';
import { startControllers } from './openshift/controllers.ts';
import { createFaults } from './openshift/faults.ts';
import type { SampleClusterFaults } from './openshift/faults.ts';
import { createRoutes } from './openshift/routes.ts';
import { pruneStream, pushTag, seedStream } from './openshift/seeds.ts';
import type { SeedTag } from './openshift/seeds.ts';
import { failure, jsonAnswer, refusalOf } from './openshift/status.ts';
import type { Answer } from './openshift/status.ts';
import { createWatches } from './openshift/watches.ts';
import { createWorkloads } from './openshift/workloads.ts';
import type { SampleWorkload, WorkloadKind } from './openshift/workloads.ts';

export type { SampleIdentity, SampleRule } from './openshift/access.ts';
export type { SampleClusterFaults } from './openshift/faults.ts';

/** A sample cluster's behaviour. */
export interface SampleClusterOptions {
  /**
   * Who a bearer token is; one that is not here is answered with 401, and nobody may do anything without one (403). Where
   * absent, `sample-token` is an administrator.
   */
  readonly identities?: Readonly<Record<string, SampleIdentity>>;
  /** What members of groups may do besides, by the name of the group. */
  readonly groupRules?: Readonly<Record<string, readonly SampleRule[]>>;
  /** Milliseconds since the epoch; the system's clock where absent. */
  readonly now?: () => number;
  /** Serves https with this key and certificate, in PEM; users with a client certificate of `ca` are known by its CN. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
  /** The address to listen on; 127.0.0.1 where absent. */
  readonly host?: string;
  /** Whether `requests` remembers what was asked. */
  readonly record?: boolean;
  /** Where a registry of pull specifications really is, as an origin; by its own name where absent or undefined. */
  readonly registryOrigin?: (host: string) => string | undefined;
  readonly imagePolicy?: SampleImagePolicy;
  /** Whether the import controllers run: pending tags are imported soon after, scheduled ones every `scheduleMs`. */
  readonly controllers?: boolean;
  /** Milliseconds; 15 minutes where absent. */
  readonly scheduleMs?: number;
  /** The minor version of Kubernetes: 26, which is OpenShift 4.13, where absent. */
  readonly minor?: number;
  /** Milliseconds between bookmarks of watches that allow them; a minute where absent. */
  readonly bookmarkMs?: number;
}

/** A server in memory that speaks the image API of OpenShift, image.openshift.io/v1. */
export interface SampleCluster {
  /** Starts listening; port 0 takes any that is free. Rejects with the system's error, such as EADDRINUSE. */
  listen(port: number): Promise<{ readonly url: string; readonly port: number }>;
  /** Ends every connection at once. */
  close(): Promise<void>;
  /** What was asked, oldest first; empty without `record`. */
  readonly requests: readonly RecordedClusterRequest[];
  readonly faults: SampleClusterFaults;
  /** Replaces what a user may do, whose token is known. */
  setRules(user: string, rules: readonly SampleRule[]): void;
  /** Makes a namespace. Creating in one that does not exist is answered with 404. */
  addNamespace(name: string): void;
  /** Puts in a workload, or another in its place. */
  putWorkload(kind: WorkloadKind, object: SampleWorkload): void;
  /** Puts in a stream with tags that have a digest and a reference, and the namespace if it is new: one write. */
  seedStream(
    namespace: string,
    name: string,
    tags: readonly SeedTag[],
    labels?: Readonly<Record<string, string>>,
  ): void;
  /** Does what the integrated registry does after a push; makes the stream if it is new. */
  pushTag(namespace: string, stream: string, tag: string, digest: string, dockerImageReference: string): void;
  /** Does what `oc adm prune images` does to one stream: each tag keeps its newest `keep` items. */
  prune(namespace: string, stream: string, keep: number): void;
  /** A password for a registry, that imports into a namespace may use. */
  addPullSecret(namespace: string, host: string, username: string, password: string): void;
  /** How many spec tags the streams of a namespace may have, as a LimitRange says. */
  limitTags(namespace: string, tags: number): void;
  /** Restarts openshift-apiserver: watches end, older versions are too old, state stays. */
  restart(): Promise<void>;
  /** Takes a snapshot of etcd; the answer goes back to it: state and the counter of versions. */
  snapshot(): () => void;
  /** The version of the newest write. */
  readonly resourceVersion: () => number;
}

export interface RecordedClusterRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** Undefined where the token was nobody's. */
  readonly user: string | undefined;
  /** Absent until it is answered. */
  readonly status?: number;
}

type RequestDraft = { -readonly [Key in keyof RecordedClusterRequest]: RecordedClusterRequest[Key] };

export function createSampleCluster(options: SampleClusterOptions = {}): SampleCluster {
  const identities: Record<string, SampleIdentity> = {
    ...(options.identities ?? { 'sample-token': { user: 'admin', rules: 'admin' } }),
  };
  const rbac: SampleRbac = { identities, groupRules: options.groupRules ?? {} };
  const cluster = createCluster(
    options.imagePolicy ?? {},
    options.minor ?? 26,
    options.registryOrigin ?? (() => undefined),
    options.now ?? Date.now,
  );
  const watches = createWatches(cluster.store, options.bookmarkMs ?? 60_000);
  const faults = createFaults(cluster.store, watches);
  const workloads = createWorkloads(cluster.store, cluster.now);
  const routes = createRoutes(cluster, workloads, watches, rbac);
  const stopControllers =
    options.controllers === true ? startControllers(cluster, options.scheduleMs ?? 900_000) : () => undefined;
  const requests: RecordedClusterRequest[] = [];
  const server = createServer(options.tls, (incoming, response) => {
    receive(incoming, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown';
      if (response.headersSent || response.destroyed) response.destroy();
      else send(response, jsonAnswer(500, failure(500, 'InternalError', `Internal error occurred: ${message}`)));
    });
  });

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/';
    const method = incoming.method ?? 'GET';
    const recorded: RequestDraft = { method, path: url, user: undefined };
    if (options.record === true) requests.push(recorded);
    const fault = faults.intercept(method, url);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      response.destroy();
      return;
    }
    const answer = fault ?? (await answerSafely(incoming, response, recorded));
    // Without an answer, the response is a watch, which has begun.
    recorded.status = answer?.status ?? response.statusCode;
    if (answer !== undefined) send(response, answer);
  }

  async function answerSafely(
    incoming: IncomingMessage,
    response: ServerResponse,
    recorded: RequestDraft,
  ): Promise<Answer | undefined> {
    try {
      const identity = identify(incoming, rbac);
      recorded.user = identity.user;
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://cluster');
      const { accept = '', 'content-type': contentType = '' } = incoming.headers;
      const body = await readText(incoming);
      const method = incoming.method ?? 'GET';
      return await routes(
        { method, path: pathname, query: searchParams, contentType, accept, body, identity },
        response,
      );
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
  }

  return {
    requests,
    faults,
    listen: (port) => listenOn(server, options.tls === undefined ? 'http' : 'https', options.host ?? '127.0.0.1', port),
    close() {
      stopControllers();
      watches.drop('reset');
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
    setRules(user, rules) {
      for (const [token, identity] of Object.entries(identities)) {
        if (identity.user === user) identities[token] = { ...identity, rules };
      }
    },
    addNamespace(name) {
      cluster.namespaces.add(name);
    },
    putWorkload: workloads.put,
    seedStream: (namespace, name, tags, labels) => {
      seedStream(cluster, namespace, name, tags, labels);
    },
    pushTag: (namespace, stream, tag, digest, reference) => {
      pushTag(cluster, namespace, stream, tag, digest, reference);
    },
    prune: (namespace, stream, keep) => {
      pruneStream(cluster, namespace, stream, keep);
    },
    addPullSecret(namespace, host, username, password) {
      cluster.pullSecrets.push({ namespace, host, username, password });
    },
    limitTags(namespace, tags) {
      cluster.tagLimits.set(namespace, tags);
    },
    restart() {
      watches.drop('end');
      cluster.store.expire();
      return Promise.resolve();
    },
    snapshot() {
      const restore = cluster.store.snapshot();
      return () => {
        watches.drop('end');
        restore();
      };
    },
    resourceVersion: cluster.store.version,
  };
}

function createServer(
  tls: SampleClusterOptions['tls'],
  listener: (incoming: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (tls === undefined) return createHttpServer(listener);
  // Without a certificate of the user, the bearer token says who it is.
  return createHttpsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false }, listener);
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body, contentType, headers }: Answer): void {
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': length });
  response.end(body);
}
