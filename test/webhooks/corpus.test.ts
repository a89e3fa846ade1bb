import { describe, expect, it } from '@jest/globals';
import { formats, readDelivery, type WebhookFormat } from '../../src/webhooks/formats.ts';
import type { Reading } from '../../src/webhooks/delivery.ts';
import { corpusBytes, corpusFiles, corpusIsPresent } from '../domain/corpus-folder.ts';

/** What a file comes to in its format: hints as `repository:tag` or `repository`, or why there is none. */
interface Expected {
  readonly format: WebhookFormat;
  readonly hints?: readonly string[];
  readonly ignored?: string;
  readonly refused?: string;
}

const noChange = 'changes no tag';
const pushed = (format: WebhookFormat, ...hints: readonly string[]): Expected => ({ format, hints });
const left = (format: WebhookFormat, ignored: string): Expected => ({ format, ignored });
const bad = (format: WebhookFormat, refused: string): Expected => ({ format, refused });

/** Every file that is of a format, by its name without `.json`. */
const readable: Readonly<Record<string, Expected>> = {
  'argocd-iu-docker-00': pushed('docker-hub', 'myuser/myapp:v1.0.0'),
  'argocd-iu-docker-01': pushed('docker-hub', 'myuser/myapp:latest'),
  'argocd-iu-docker-02': pushed('docker-hub', 'library/myapp:v2.0.0'),
  'argocd-iu-docker-03': bad('docker-hub', 'its repository has no name'),
  'argocd-iu-docker-04': pushed('docker-hub', 'myuser/myapp'),
  'argocd-iu-ghcr-00': pushed('github', 'myuser/myapp:v1.0.0'),
  'argocd-iu-ghcr-01': pushed('github', 'myuser/myapp:v1.0.0'),
  'argocd-iu-ghcr-02': pushed('github', 'myuser/myapp:v1.0.0'),
  'argocd-iu-ghcr-03': pushed('github', 'myorg/my-service:latest'),
  'argocd-iu-ghcr-04': pushed('github', 'myorg/myapp:v1.2.3'),
  'argocd-iu-harbor-00': pushed('harbor', 'library/myapp:v1.0.0'),
  'argocd-iu-harbor-01': pushed('harbor', 'image-name:tag'),
  'argocd-iu-harbor-02': pushed('harbor', 'myproject/myapp:latest'),
  'argocd-iu-harbor-03': bad('harbor', 'it names no repository within a project'),
  'argocd-iu-harbor-04': pushed('harbor', 'library/myapp:v1.0.0'),
  'argocd-iu-quay-00': pushed('quay', 'mynamespace/repository:latest'),
  'argocd-iu-quay-01': bad('quay', 'it is about "quay.apps.example.com", which does not mean the registry'),
  'argocd-iu-quay-02': pushed('quay', 'ariss/alrl:v1.0'),
  'argocd-iu-quay-03': pushed('quay', 'mynamespace/repository:latest'),
  'argocd-iu-quay-04': pushed('quay', 'mynamespace/repository:latest'),
  'distribution-docs-00': left('distribution', '"pull" changes no tag'),
  'distribution-docs-04': left('distribution', 'a push without a tag moves none'),
  'distribution-envelope-multi': left('distribution', 'a push without a tag moves none'),
  'dockerhub-push-docs': pushed('docker-hub', 'svendowideit/testhook:latest'),
  'dockerhub-push-mediatype-helm': pushed('docker-hub', 'example/repo:v1.0.0'),
  'dockerhub-push-mediatype-image': pushed('docker-hub', 'example/repo:v1.0.0'),
  'ghcr-package-published-docker': pushed('github', 'codertocat/hello-world-npm'),
  'ghcr-registry-package-published-docker': pushed('github', 'codertocat/hello-world-npm'),
  'github-package-published-npm': left('github', 'the package is no container image'),
  'harbor-cloudevents-harbor-artifact-deleted': pushed('harbor', 'harbor/alpine:3.8'),
  'harbor-cloudevents-harbor-artifact-pulled': left('harbor', noChange),
  'harbor-cloudevents-harbor-artifact-pushed': pushed('harbor', 'harbor/alpine'),
  'harbor-cloudevents-harbor-quota-exceeded': left('harbor', noChange),
  'harbor-cloudevents-harbor-quota-warned': left('harbor', noChange),
  'harbor-cloudevents-harbor-replication-status-changed': left('harbor', noChange),
  'harbor-cloudevents-harbor-scan-completed': left('harbor', noChange),
  'harbor-cloudevents-harbor-scan-failed': left('harbor', noChange),
  'harbor-cloudevents-harbor-scan-stopped': left('harbor', noChange),
  'harbor-cloudevents-harbor-tag-retention-finished': left('harbor', noChange),
  'harbor-default-delete-artifact': pushed('harbor', 'harbor/alpine:3.8'),
  'harbor-default-pull-artifact': left('harbor', noChange),
  'harbor-default-push-artifact': pushed('harbor', 'harbor/alpine'),
  'harbor-default-quota-exceed': left('harbor', noChange),
  'harbor-default-quota-warning': left('harbor', noChange),
  'harbor-default-replication': left('harbor', noChange),
  'harbor-default-scanning-completed': left('harbor', noChange),
  'harbor-default-scanning-failed': left('harbor', noChange),
  'harbor-default-scanning-stopped': left('harbor', noChange),
  'harbor-default-tag-retention': left('harbor', noChange),
  'quay-build-queued': left('quay', 'a notification without updated_tags is not about a push'),
  'quay-repo-mirror-sync-success': left('quay', 'a notification without updated_tags is not about a push'),
  'quay-repo-push': pushed('quay', 'mynamespace/repository:latest', 'mynamespace/repository:foo'),
  'quay-repo-push-minimal': pushed('quay', 'mynamespace/repository:v1.0.0'),
  'quay-vulnerability-found': left('quay', 'a notification without updated_tags is not about a push'),
};

/** Every other file, by how its name begins, with who is said to send it; `undefined` where nobody known does. */
const unreadable: readonly (readonly [RegExp, string | undefined])[] = [
  [/^acr-eventgrid-/, 'Azure Event Grid'],
  [/^acr-ping$|^argocd-iu-acr-/, 'Azure Container Registry'],
  [/^argocd-iu-aliyun-acr-/, 'Alibaba Cloud'],
  [/^artifactory-/, 'Artifactory'],
  [/^ecr-/, 'Amazon ECR'],
  [/^gcr-gar-/, 'Google Pub/Sub'],
  [/^harbor-v1-/, 'Harbor 1'],
  [/^nexus-/, 'Nexus'],
  [/^distribution-docs-0[123]$/, undefined],
];

const names = ['registry.example', 'quay.io', 'QUAY.internal.corp'];
const allFormats = Object.keys(formats) as readonly WebhookFormat[];

function read(file: string, format: WebhookFormat): Reading {
  const body: unknown = JSON.parse(new TextDecoder().decode(corpusBytes('webhooks', `${file}.json`)));
  return readDelivery(format, { headers: {}, body, names });
}

function shown(reading: Reading): unknown {
  if (reading.kind !== 'hints') return { [reading.kind]: reading.why };
  return {
    hints: reading.hints.map(({ repository, tag }) => (tag === undefined ? repository : `${repository}:${tag}`)),
  };
}

function describeCorpus(): void {
  const files = corpusFiles('webhooks').map((name) => name.replace(/\.json$/, ''));
  const others = files.filter((file) => readable[file] === undefined);

  it('is known whole, and holds all that is expected of it', () => {
    expect(others.filter((file) => !unreadable.some(([name]) => name.test(file)))).toEqual([]);
    expect(Object.keys(readable).filter((file) => !files.includes(file))).toEqual([]);
    expect(others.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(readable))('reads %s in its format', (file, { format, hints, ignored, refused }) => {
    const reading = read(file, format);
    if (hints !== undefined) expect(shown(reading)).toEqual({ hints });
    if (ignored !== undefined) expect(shown(reading)).toEqual({ ignored: expect.stringContaining(ignored) });
    if (refused !== undefined) expect(shown(reading)).toEqual({ refused: expect.stringContaining(refused) });
  });

  it.each(Object.entries(readable))('refuses %s in all other formats, naming its own', (file, { format: own }) => {
    for (const format of allFormats.filter((other) => other !== own)) {
      expect(shown(read(file, format))).toEqual({ refused: expect.stringContaining(`so set webhook.format: ${own}`) });
    }
  });

  it.each(others)('refuses %s in every format, and says what it is', (file) => {
    const sender = unreadable.find(([name]) => name.test(file))?.[1];
    for (const format of allFormats) {
      const reading = read(file, format);
      expect(shown(reading)).toEqual({ refused: expect.stringContaining(`format ${format}`) });
      if (sender === undefined) continue;
      expect(shown(reading)).toEqual({
        refused: `it is not of the format ${format}; it looks like what ${sender} sends, which no format reads: send its changes in the generic format, or let its repositories be watched (watch.repositories)`,
      });
    }
  });
}

describe('webhooks of the corpus', () => {
  if (corpusIsPresent()) describeCorpus();
  else it('is skipped, as the corpus is absent', () => undefined);
});
