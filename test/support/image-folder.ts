import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryStore, StoredManifest } from '../../demo/registry/store.ts';

/**
 * Writes all that a repository holds into a folder in the form of the `dir` transport (containers-transports(5)), which
 * unlike an OCI layout takes manifests of every type as they are. Answers the name by which skopeo finds `top` there.
 */
export function writeImageFolder(
  store: RegistryStore,
  repository: string,
  top: StoredManifest,
  folder: string,
): string {
  mkdirSync(folder, { recursive: true });
  const put = (name: string, content: Uint8Array | string): void => {
    writeFileSync(join(folder, name), content);
  };
  const held = store.repositories.get(repository);
  for (const { digest, bytes } of held?.manifests.values() ?? []) put(`${hex(digest)}.manifest.json`, bytes);
  for (const blob of held?.blobs ?? []) put(hex(blob), store.blob(repository, blob) ?? '');
  put('manifest.json', top.bytes);
  put('version', 'Directory Transport Version: 1.1\n');
  return `dir:${folder}`;
}

function hex(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
