import { parseObject, text } from './documents.ts';
import type { PlatformDocument } from './documents.ts';
import { digestOf } from './store.ts';
import type { RegistryStore, SampleRepository, StoredManifest, StoredTag } from './store.ts';

/** A repository as Docker Hub's REST API describes it. */
export function repositoryDocument(repository: SampleRepository, namespace: string, name: string) {
  const newest = Math.max(0, ...[...repository.tags.values()].map(({ updatedAt }) => updatedAt));
  const updated = newest === 0 ? null : new Date(newest).toISOString();
  return {
    user: namespace,
    name,
    namespace,
    repository_type: 'image',
    status_description: 'active',
    description: repository.about.description,
    is_private: false,
    is_automated: false,
    star_count: repository.about.stars,
    pull_count: repository.about.pulls,
    last_updated: updated,
    last_modified: updated,
    hub_user: namespace,
  };
}

/** A tag as Docker Hub's REST API describes it. */
export function tagDocument(store: RegistryStore, repository: SampleRepository, name: string, tag: StoredTag) {
  const manifest = repository.manifests.get(tag.digest);
  const pushed = new Date(tag.updatedAt).toISOString();
  const images = manifest === undefined ? [] : imageDocuments(store, repository, manifest, pushed);
  const usual = images.find(({ architecture }) => architecture === 'amd64') ?? images[0];
  const config = manifest?.document?.config?.mediaType ?? '';
  return {
    creator: numberFrom(repository.name),
    id: numberFrom(`${repository.name}:${name}`),
    images,
    last_updated: pushed,
    last_updater: numberFrom(repository.name),
    last_updater_username: 'sample',
    name,
    repository: numberFrom(`/${repository.name}`),
    full_size: usual?.size ?? 0,
    v2: true,
    tag_status: 'active',
    tag_last_pulled: null,
    tag_last_pushed: pushed,
    media_type: manifest?.mediaType ?? null,
    content_type: config.includes('helm') ? 'helm' : 'image',
    digest: tag.digest,
  };
}

/** One entry per manifest of an index, attestations included as the Hub does. */
function imageDocuments(store: RegistryStore, repository: SampleRepository, manifest: StoredManifest, pushed: string) {
  const children = manifest.document?.manifests ?? [];
  const single = { digest: manifest.digest, platform: configPlatform(store, repository, manifest), child: manifest };
  const entries =
    children.length === 0
      ? [single]
      : children.map(({ digest, platform }) => ({ digest, platform, child: repository.manifests.get(digest) }));
  return entries.map(({ digest, platform, child }) => ({
    architecture: platform?.architecture ?? 'unknown',
    features: '',
    variant: platform?.variant ?? null,
    digest,
    os: platform?.os ?? 'unknown',
    os_features: '',
    os_version: platform?.osVersion ?? null,
    size: (child?.document?.layers ?? []).reduce((sum, layer) => sum + layer.size, 0),
    status: 'active',
    last_pulled: null,
    last_pushed: pushed,
  }));
}

function configPlatform(
  store: RegistryStore,
  repository: SampleRepository,
  manifest: StoredManifest,
): PlatformDocument | undefined {
  const bytes = store.blob(repository.name, manifest.document?.config?.digest ?? '');
  const config = bytes && parseObject(bytes);
  const os = text(config?.['os']);
  const architecture = text(config?.['architecture']);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, variant: text(config?.['variant']), osVersion: text(config?.['os.version']) };
}

/** The Hub numbers its things; a number made from the name is the same at every start. */
function numberFrom(name: string): number {
  return Number.parseInt(digestOf(Buffer.from(name)).slice('sha256:'.length, 'sha256:'.length + 7), 16);
}
