/**
 * Digests in the place of tags: the referrers tag of distribution-spec (`sha256-<hex>`, "Referrers Tag Schema", which cuts
 * long digests to 64 digits), cosign's tags of the same form with `.sig`, `.att` or `.sbom`, and digests that some
 * registries list among tags, with their algorithm or without.
 */
const digestNamed =
  /^(?:sha(?:256|384|512)-[a-f0-9]{64,128}(?:\..+)?|(?:sha(?:256|384|512):)?(?:[a-f0-9]{64}|[a-f0-9]{96}|[a-f0-9]{128}))$/;

/** Whether a tag is there for machines: a signature, an attestation, a list of referrers, or a digest taken for a name. */
export function isArtifactTag(name: string): boolean {
  return digestNamed.test(name);
}
