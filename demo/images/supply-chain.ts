import type { RegistryStore, StoredManifest } from '../registry/store.ts';
import { digestOf } from '../registry/store.ts';
import { putArtifact, putImage } from './build.ts';
import type { IndexEntry } from './build.ts';
import { buildLayer } from './layer.ts';

/** A statement of provenance in the form that BuildKit puts beside images in an index (BuildKit, "Image attestation storage"). */
export function putAttestation(store: RegistryStore, repository: string, image: StoredManifest): IndexEntry {
  const predicateType = 'https://slsa.dev/provenance/v1';
  const statement = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType,
      subject: [{ name: repository, digest: { sha256: image.digest.slice('sha256:'.length) } }],
      predicate: { buildDefinition: { buildType: 'https://tributary.example/demo' } },
    }),
  );
  const unknown = { os: 'unknown', architecture: 'unknown' };
  const layer = { bytes: statement, diffId: digestOf(statement), mediaType: 'application/vnd.in-toto+json' };
  return {
    manifest: putImage(store, repository, { platform: unknown, layers: [layer] }),
    platform: unknown,
    annotations: {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  };
}

/** A signature in the form of cosign's tags, `sha256-<hex>.sig`. It signs nothing: the demo has no keys. */
export function putSignatureTag(
  store: RegistryStore,
  repository: string,
  image: StoredManifest,
  updatedAt: number,
): void {
  const payload = {
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': image.digest },
      type: 'cosign container image signature',
    },
    optional: {},
  };
  const { digest } = putArtifact(store, repository, {
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      bytes: Buffer.from('{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'),
    },
    layers: [
      {
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        bytes: Buffer.from(JSON.stringify(payload)),
        annotations: { 'dev.cosignproject.cosign/signature': Buffer.from('no signature, a sample').toString('base64') },
      },
    ],
  });
  store.tag(repository, `${image.digest.replace(':', '-')}.sig`, digest, updatedAt);
}

/** A signature that refers to its image by `subject`. It signs nothing either. */
export function putSignature(store: RegistryStore, repository: string, image: StoredManifest): StoredManifest {
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const bundle = { mediaType, note: 'no signature, a sample' };
  return putArtifact(store, repository, {
    artifactType: mediaType,
    layers: [{ mediaType, bytes: Buffer.from(JSON.stringify(bundle)) }],
    annotations: { 'org.opencontainers.image.created': '2026-02-01T12:20:00Z' },
    subject: image,
  });
}

/** A bill of materials in SPDX that refers to its image by `subject`. */
export function putBillOfMaterials(
  store: RegistryStore,
  repository: string,
  image: StoredManifest,
  packages: readonly string[],
): StoredManifest {
  const document = {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    dataLicense: 'CC0-1.0',
    name: repository,
    documentNamespace: `https://tributary.example/demo/${image.digest}`,
    creationInfo: { created: '2026-02-01T12:15:00Z', creators: ['Tool: tributary-demo'] },
    packages: packages.map((name) => ({ name, SPDXID: `SPDXRef-${name}`, downloadLocation: 'NOASSERTION' })),
  };
  return putArtifact(store, repository, {
    artifactType: 'application/spdx+json',
    layers: [{ mediaType: 'application/spdx+json', bytes: Buffer.from(JSON.stringify(document)) }],
    annotations: { 'org.opencontainers.image.created': '2026-02-01T12:15:00Z' },
    subject: image,
  });
}

/** A chart as Helm pushes it (Helm, "Use OCI-based registries"). */
export function putChart(store: RegistryStore, repository: string, version: string, updatedAt: number): void {
  const name = repository.split('/').at(-1) ?? repository;
  const about = { name, version, apiVersion: 'v2', description: 'Sample chart of the demo shop', type: 'application' };
  const lines = Object.entries(about).map(([key, value]) => `${key}: ${value}`);
  const chart = buildLayer([
    { path: `${name}/Chart.yaml`, content: `${lines.join('\n')}\n` },
    { path: `${name}/values.yaml`, content: 'replicas: 2\n' },
  ]);
  const { digest } = putArtifact(store, repository, {
    config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', bytes: Buffer.from(JSON.stringify(about)) },
    layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes: chart.bytes }],
    annotations: { 'org.opencontainers.image.title': name, 'org.opencontainers.image.version': version },
  });
  // Tags may not hold a plus sign: Helm writes an underscore.
  store.tag(repository, version.replace('+', '_'), digest, updatedAt);
}
