import type { ErrorCode } from '../../src/domain/errors.ts';
import type { ManifestContent } from '../../src/domain/manifest.ts';

/** What reading a file of the corpus comes to: a manifest of a kind, or a refusal. */
export type Outcome = ManifestContent['kind'] | ErrorCode;

/** Files that are no manifests, and are read as what they are. */
export type NoManifest = 'descriptor' | 'descriptor vectors' | 'schema 1 rows';

export const noManifests: ReadonlyMap<string, NoManifest> = new Map<string, NoManifest>([
  ['descriptor-vectors.json', 'descriptor vectors'],
  ['quay-docker-schema1-unicode-row.json', 'schema 1 rows'],
  ['spec-doc-descriptor-00.json', 'descriptor'],
  ['spec-doc-descriptor-01.json', 'descriptor'],
  ['spec-doc-descriptor-02.json', 'descriptor'],
  ['spec-doc-manifest-01.json', 'descriptor'],
]);

/** What files are by their names; the first rule that fits. */
export const rules: readonly (readonly [RegExp, Outcome])[] = [
  [/^bad-|^spec-(?:index|manifest)-bad-/, 'UPSTREAM_INVALID'],
  [/^cosign-(?:bundle|sbom|signature)-spec-/, 'UPSTREAM_INVALID'],
  [/-schema1-/, 'SCHEMA_1'],
  [
    /^(?:buildkit-index|docker-list|hub-real-list|layout-test|nested-index|oci-index|odd-index|referrers-response)-/,
    'INDEX',
  ],
  [/^distribution-(?:docker-list|oci-index)-|^spec-(?:doc-image-index|index-ok)-/, 'INDEX'],
  [/^regclient-(?:ai|b\d|child-70a9aadd|fallbacktag|layout-index|loop|v\d)/, 'INDEX'],
  [/^(?:buildkit-attestation-manifest|cosign-sig|helm-chart|notation-signature|oci-artifact|wasm)-?/, 'ARTIFACT'],
  [/^regclient-(?:a\d|a-example|child-8e54c675|mirror|referrer|untagged)/, 'ARTIFACT'],
  [
    /^(?:distribution-(?:docker|oci)|docker-v2s2|hub-real-manifest|oci-manifest|quay-docker-v2s2|quay-test-oci-manifest)-/,
    'IMAGE',
  ],
  [/^regclient-(?:a-docker|child)|^spec-(?:doc-manifest|manifest-ok)-/, 'IMAGE'],
];

/** Where a file is not what its name lets expect, with the reason. */
export const exceptions: ReadonlyMap<string, readonly [Outcome, reason: string]> = new Map<
  string,
  readonly [Outcome, reason: string]
>([
  [
    'bad-foreign-layer-credential-trap.json',
    ['IMAGE', 'its urls are bait for those who fetch them; they are never read'],
  ],
  ['bad-inline-data-mismatch.json', ['ARTIFACT', 'inline data is never read, so it cannot contradict its digest']],
  ['bad-proto-pollution.json', ['IMAGE', 'names like __proto__ are names like others']],
  [
    'bad-self-referencing-index.json',
    ['INDEX', 'an index cannot hold its own digest; who follows indexes bounds the depth'],
  ],
  ['odd-bom-crlf.json', ['INDEX', 'a byte order mark and line ends are no part of the document']],
  ['odd-null-collections.json', ['IMAGE', 'Go writes null for empty collections']],
  [
    'spec-index-bad-03-in-the-optional-field-platform-platform-architecture-is-missing-expect.json',
    ['INDEX', 'half a platform is none: one sloppy entry must not hide the others'],
  ],
  [
    'spec-manifest-bad-05-empty-layer-expected-at-least-one.json',
    ['IMAGE', 'images from scratch have no layers, and image-spec asks for one only with SHOULD'],
  ],
  [
    'spec-manifest-ok-06-test-bounds-of-algorithm-field-in-digest.json',
    ['UPSTREAM_INVALID', 'an algorithm that is not registered can neither be verified nor put into a URL'],
  ],
  [
    'docker-schema1-signed-by-docker.json',
    ['UPSTREAM_INVALID', 'its bytes were indented anew, so that what its signature says it covers is no document'],
  ],
  ['oci-artifact-legacy-manifest-shape.json', ['UPSTREAM_INVALID', 'its config has an empty digest']],
  ['oci-artifact-no-mediatype.json', ['UPSTREAM_INVALID', 'its config has an empty digest']],
  ['oci-manifest-everything.json', ['ARTIFACT', 'its config is of a type of its own']],
  ['quay-test-oci-manifest-04.json', ['ARTIFACT', 'it is a Helm chart']],
  ['spec-doc-manifest-02.json', ['ARTIFACT', 'an example of an artifact']],
  ['spec-doc-manifest-03.json', ['ARTIFACT', 'an example of an artifact']],
  ['spec-doc-manifest-04.json', ['ARTIFACT', 'an example of an artifact']],
  [
    'spec-manifest-ok-10-manifest-for-an-artifact-with-a-dedicated-config.json',
    ['ARTIFACT', 'an example of an artifact'],
  ],
  [
    'spec-manifest-ok-11-manifest-for-an-artifact-using-the-empty-config-and-artifacttype.json',
    ['ARTIFACT', 'an example of an artifact'],
  ],
]);

/** Descriptor vectors that are decided otherwise than image-spec's schema decides, by their cases, with the reason. */
export const descriptorExceptions: ReadonlyMap<string, readonly ['read' | 'refused', reason: string]> = new Map<
  string,
  readonly ['read' | 'refused', reason: string]
>([
  ['expected success: test for alternate digest algorithm', ['refused', 'not registered: cannot be verified']],
  ['expected success: test for alternate digest encoding', ['refused', 'not registered: cannot be verified']],
  [
    'expected success: test for those who cannot use modulo arithmetic to recover padding.',
    ['refused', 'not registered: cannot be verified'],
  ],
  ['expected failure: urls does not match format (invalide url characters)', ['read', 'urls are never read']],
  ['expected failure: invalid data base64, missing padding', ['read', 'inline data is never read']],
]);

/** Configurations that are read although image-spec's schema refuses them, with the reason. */
export const configExceptions: ReadonlyMap<string, string> = new Map([
  ['spec-config-bad-09-env-is-invalid.json', 'docker runs images whose environment holds a name without a value'],
]);
