/** The media types of manifests that registries serve (image-spec media-types.md; Docker's manifest-v2-2 and manifest-v2-1). */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  /** Of the drafts of image-spec 1.1 (v1.1.0-rc2 artifact.md), still found. */
  ociArtifactManifest: 'application/vnd.oci.artifact.manifest.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerSchemaOne: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchemaOneSigned: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  buildkitAttestation: 'application/vnd.docker.attestation.manifest.v1+json',
} as const;

const manifests: ReadonlySet<string> = new Set([mediaTypes.ociManifest, mediaTypes.dockerManifest]);
const indexes: ReadonlySet<string> = new Set([mediaTypes.ociIndex, mediaTypes.dockerManifestList]);
const schemaOnes: ReadonlySet<string> = new Set([mediaTypes.dockerSchemaOne, mediaTypes.dockerSchemaOneSigned]);
const configs: ReadonlySet<string> = new Set([mediaTypes.ociConfig, mediaTypes.dockerConfig]);

/** Whether it is a manifest with a config and layers, OCI's or Docker's. */
export function isManifestType(mediaType: string): boolean {
  return manifests.has(mediaType);
}

/** Whether it is an index, OCI's or Docker's manifest list. */
export function isIndexType(mediaType: string): boolean {
  return indexes.has(mediaType);
}

/** Whether it is Docker's first format, signed or not. */
export function isSchemaOneType(mediaType: string): boolean {
  return schemaOnes.has(mediaType);
}

/** Whether it is the configuration of an image, which makes its manifest one. */
export function isImageConfigType(mediaType: string): boolean {
  return configs.has(mediaType);
}

/** Made for signatures (cosign, sigstore), attestations (in-toto), bills of materials and charts. */
const artifactLayer =
  /^(?:application\/vnd\.(?:dev\.cosign|dev\.sigstore|in-toto|dsse|cncf\.helm|cyclonedx)|application\/spdx|text\/spdx)\b/;

/** Whether a layer is nothing that a container could run on; its makers used the config of images before artifacts had types. */
export function isArtifactLayerType(mediaType: string): boolean {
  return artifactLayer.test(mediaType);
}

/** A restricted name of RFC 6838 §4.2 on both sides; parameters, which SBOM tools write, are let pass. */
const mediaTypePattern =
  /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}(?: ?;[ -~]{0,255})?$/;

/** Whether a text has the form of a media type. */
export function isMediaType(text: string): boolean {
  return mediaTypePattern.test(text);
}

/** The media type of a Content-Type header: without parameters, in lower case; `undefined` where there is none to be read. */
export function parseMediaType(contentType: string | undefined): string | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return type !== undefined && isMediaType(type) ? type : undefined;
}
