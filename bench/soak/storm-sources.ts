import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSampleCluster, type SampleIdentity } from '../../demo/openshift-server.ts';
import { seeded, startMovingRegistry } from './moving-registry.ts';
import { startTokenIssuer } from './token-issuer.ts';

/** What a gateway has been asking of others, counted. */
export interface Asked {
  /** Keys of the issuer, TokenReviews and SubjectAccessReviews. */
  readonly keys: number;
  readonly tokenReviews: number;
  readonly accessReviews: number;
  /** All else: of the registry and the cluster. */
  readonly images: number;
}

/** Whom one viewer's token is of, and what it may watch. */
export interface StormSubject {
  readonly token: string;
  readonly field: 'tagEvents' | 'imageStreamTagEvents';
}

/** What is behind the gateway in a storm: a registry and a cluster whose tags move, and who knows the callers. */
export interface StormSources {
  /** One half are known by an issuer and see the registry, the others by the cluster, and see that. */
  readonly subjects: readonly StormSubject[];
  /** The tags that move, as events name them, and the filter for each, by field. */
  readonly watched: Readonly<Record<StormSubject['field'], readonly Watched[]>>;
  /** What each pointed at, oldest first. */
  readonly truth: () => ReadonlyMap<string, readonly string[]>;
  /** Moves one tag of each; they take turns. */
  readonly move: () => void;
  readonly asked: () => Asked;
  /** Whether the cluster's changes are being watched. */
  readonly isFollowed: () => boolean;
  /** The file of the gateway's configuration. */
  readonly configFile: string;
  readonly close: () => Promise<void>;
}

export interface Watched {
  readonly subject: string;
  readonly filter: string;
}

export interface StormSourcesOptions {
  /** Of the gateway. */
  readonly port: number;
  readonly folder: string;
  readonly subjects: number;
  readonly seed: string;
}

const registryName = 'registry.soak';
const repository = 'soak/app';
const tags = Array.from({ length: 10 }, (_, index) => `t${index}`);
const source = 'prod';
const namespace = 'soak';

export async function startStormSources({ port, folder, subjects, seed }: StormSourcesOptions): Promise<StormSources> {
  const random = seeded(seed);
  const issuer = await startTokenIssuer('corp');
  const half = Math.ceil(subjects / 2);
  const users = Array.from({ length: half }, (_, index) => `user-${index}`);
  const cluster = createCluster(users);
  const clusterTruth = new Map<string, string[]>();
  const push = (tag: string): void => {
    const digest = `sha256:${createHash('sha256').update(`${tag} ${random()}`).digest('hex')}`;
    cluster.pushTag(namespace, tag, 'prod', digest, `registry.example/soak/${tag}@${digest}`);
    const subject = streamTag(tag);
    clusterTruth.set(subject, [...(clusterTruth.get(subject) ?? []), digest]);
  };
  tags.forEach(push);
  const { port: clusterPort } = await cluster.listen(0);
  const secret = randomBytes(24);
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/${registryName}`, secret };
  let [registryRequests, moves] = [0, 0];
  const registry = await startMovingRegistry({
    ...{ repository, tags, random, webhook },
    intercept: async (exchange) => {
      registryRequests += 1;
      exchange.send(await exchange.answer());
    },
  });
  const ofIssuer = await Promise.all(users.map((user) => issuer.tokenOf(user)));
  const configFile = writeConfig(
    { port, folder, secret, registry: registry.port, cluster: clusterPort },
    issuer.callers,
  );
  return {
    subjects: [
      ...ofIssuer.map((token) => ({ token, field: 'tagEvents' as const })),
      ...users.map((user) => ({ token: tokenOf(user), field: 'imageStreamTagEvents' as const })),
    ],
    watched: {
      tagEvents: tags.map((tag) => ({
        subject: `${registryName}/${repository}:${tag}`,
        filter: `{ registry: "${registryName}", repository: "${repository}", tag: "${tag}" }`,
      })),
      imageStreamTagEvents: tags.map((tag) => ({
        subject: streamTag(tag),
        filter: `{ source: "${source}", namespace: "${namespace}", imageStream: "${tag}", tag: "prod" }`,
      })),
    },
    truth: () =>
      new Map([
        ...clusterTruth,
        ...tags.map((tag) => [`${registryName}/${repository}:${tag}`, registry.truth.get(tag) ?? []] as const),
      ]),
    move: () => {
      const tag = tags[(moves += 1) % tags.length] ?? '';
      registry.move(tag);
      push(tag);
    },
    asked: () => {
      const paths = cluster.requests.map(({ path }) => path);
      const count = (word: string): number => paths.filter((path) => path.includes(word)).length;
      const [tokenReviews, accessReviews] = [count('/tokenreviews'), count('/subjectaccessreviews')];
      const images = registryRequests + paths.length - tokenReviews - accessReviews;
      return { keys: issuer.asked(), tokenReviews, accessReviews, images };
    },
    isFollowed: () => cluster.requests.some(({ path }) => path.includes('/imagestreams?watch=1')),
    configFile,
    close: async () => {
      await Promise.all([issuer.stop(), cluster.close(), registry.close()]);
    },
  };
}

const streamTag = (tag: string): string => `${source}/${namespace}/${tag}:prod`;
const tokenOf = (user: string): string => `token-of-${user}`;

/** A cluster whose users may see and watch all image streams. */
function createCluster(users: readonly string[]): ReturnType<typeof createSampleCluster> {
  const rules = [{ namespaces: '*', verbs: ['get', 'list', 'watch'], resources: ['imagestreams'] }] as const;
  const identities: Record<string, SampleIdentity> = { gateway: { user: 'gateway', rules: 'admin' } };
  for (const user of users) identities[tokenOf(user)] = { user, rules };
  return createSampleCluster({ record: true, identities });
}

interface Where {
  readonly port: number;
  readonly folder: string;
  readonly secret: Buffer;
  readonly registry: number;
  readonly cluster: number;
}

function writeConfig({ port, folder, secret, registry, cluster }: Where, issuer: object): string {
  mkdirSync(folder, { recursive: true });
  const [secretFile, tokenFile, file] = ['webhook', 'token', 'tributary.yaml'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(secretFile, `whsec_${secret.toString('base64')}`);
  writeFileSync(tokenFile, 'gateway');
  const loopback = { insecure: true, allowPrivateNetwork: true };
  const config = {
    server: { port },
    store: { url: `file:${join(folder, 'store')}` },
    access: {
      mode: 'policy',
      callers: [issuer, { name: 'east', kind: 'kubernetes', source, audience: 'tributary' }],
      clusters: [{ source }],
      rules: [{ users: ['oidc:corp:*'], allow: ['get', 'watch'], repositories: [`${registryName}/**`] }],
    },
    registries: [
      {
        ...{ name: registryName, kind: 'oci', url: `http://127.0.0.1:${registry}`, ...loopback },
        watch: { interval: '5s', repositories: [repository] },
        webhook: { format: 'generic', secretFile },
      },
    ],
    streams: [{ name: source, kind: 'openshift', server: `http://127.0.0.1:${cluster}`, tokenFile, ...loopback }],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return file;
}
