import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { layerCommands, readImageConfig } from '../../src/domain/image-config.ts';
import type { ImageIndex } from '../../src/domain/manifest.ts';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { parsePlatform, selectPlatform } from '../../src/domain/platform.ts';
import { readDescriptor } from '../../src/domain/read-descriptor.ts';
import { readManifest } from '../../src/domain/read-manifest.ts';
import { schemaOnePayload } from '../../src/domain/schema-one.ts';
import {
  configExceptions,
  descriptorExceptions,
  exceptions,
  noManifests,
  rules,
  type Outcome,
} from './corpus-expectations.ts';
import { corpusBytes, corpusFiles, corpusIsPresent } from './corpus-folder.ts';
import { bytesOf, outcomeOf } from './given.ts';

function readJson(...path: readonly string[]): unknown {
  return JSON.parse(new TextDecoder().decode(corpusBytes(...path)));
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function expectedOf(file: string): Outcome | undefined {
  return exceptions.get(file)?.[0] ?? rules.find(([pattern]) => pattern.test(file))?.[1];
}

function outcomeOfManifest(file: string, contentType?: string): Outcome {
  return outcomeOf(() => readManifest(corpusBytes('manifests', file), contentType).content.kind);
}

function readIndex(file: string): ImageIndex {
  const { content } = readManifest(corpusBytes('manifests', file), undefined);
  if (content.kind !== 'INDEX') throw new Error(`${file} is no index but ${content.kind}`);
  return content;
}

function describeManifests(): void {
  const files = corpusFiles('manifests');
  const manifests = files.filter((file) => !noManifests.has(file));

  it('has an expectation for every file, and a file for every exception', () => {
    expect(manifests.filter((file) => expectedOf(file) === undefined)).toEqual([]);
    expect([...exceptions.keys(), ...noManifests.keys()].filter((file) => !files.includes(file))).toEqual([]);
  });

  it('is read as expected, file by file', () => {
    expect(manifests.map((file) => [file, outcomeOfManifest(file)])).toEqual(
      manifests.map((file) => [file, expectedOf(file)]),
    );
  });

  it('is read alike with the Content-Type that fits, and refused with any other', () => {
    for (const file of manifests) {
      const bytes = corpusBytes('manifests', file);
      const read = outcomeOf(() => readManifest(bytes, undefined));
      if (typeof read === 'string') continue;
      expect([file, outcomeOf(() => readManifest(bytes, read.mediaType))]).toEqual([file, read]);
      const other = read.content.kind === 'INDEX' ? mediaTypes.ociManifest : mediaTypes.ociIndex;
      expect([file, outcomeOfManifest(file, other)]).toEqual([file, 'UPSTREAM_INVALID']);
    }
  });

  it('reads or refuses every file that is cut anywhere, and never fails otherwise', () => {
    for (const file of manifests) {
      const bytes = corpusBytes('manifests', file);
      for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 20)) {
        const outcome = outcomeOf(() => readManifest(bytes.subarray(0, length), undefined));
        if (typeof outcome === 'string') expect([file, outcome]).toEqual([file, 'UPSTREAM_INVALID']);
      }
    }
  });

  it('holds what BuildKit attests apart from what runs', () => {
    const index = readIndex('buildkit-index-with-attestation-unknown-platform.json');
    expect(index.manifests.map(({ platform }) => platform)).toEqual([{ os: 'linux', architecture: 'amd64' }]);
    expect(index.attestations).toHaveLength(1);
  });

  it('holds the referrers of the specification with their types and annotations', () => {
    expect(readIndex('referrers-response-spec.json').manifests.map(({ artifactType }) => artifactType)).toEqual([
      'application/vnd.example.sbom.v1',
      'application/vnd.example.signature.v1',
      undefined,
    ]);
  });

  it.each([
    ['oci-index-zstd-selection.json', 'linux/amd64', 'a'],
    ['oci-index-zstd-selection.json', 'linux/arm64', 'c'],
    ['oci-index-zstd-selection.json', 'linux/s390x', 'e'],
    ['oci-index-zstd-selection2.json', 'linux/arm64', '6dc14a60d'],
    ['oci-index-arm-variants.json', 'linux/arm/v7', 'e'],
    ['oci-index-arm-variants.json', 'linux/arm/v6', 'd'],
    ['oci-index-arm-variants.json', 'linux/arm/v5', undefined],
    ['docker-list-arm-variants.json', 'linux/arm/v7', 'c84b0a3a0'],
    ['docker-list-arm-variants.json', 'linux/arm/v6', 'f365626a5'],
    ['docker-list-arm-variants.json', 'linux/arm/unrecognized-present', 'bcf9771c0'],
  ])('of %s has for %s the manifest %s', (file, platform, digest) => {
    const chosen = selectPlatform(readIndex(file).manifests, parsePlatform(platform));
    expect(chosen?.digest.slice('sha256:'.length).startsWith(digest ?? '')).toBe(
      digest === undefined ? undefined : true,
    );
  });
}

function describeOthers(): void {
  it('reads the descriptors of the specification', () => {
    const descriptors = [...noManifests].filter(([, what]) => what === 'descriptor').map(([file]) => file);
    for (const file of descriptors) {
      const { digest, size } = readJson('manifests', file) as { readonly digest: string; readonly size: number };
      expect(readDescriptor(readJson('manifests', file), 'descriptor')).toMatchObject({ digest, size });
    }
  });

  it("decides image-spec's descriptor vectors as its schema does, but for the listed exceptions", () => {
    const vectors = readJson('manifests', 'descriptor-vectors.json') as readonly {
      readonly case: string;
      readonly descriptor_text: string;
      readonly fail: boolean;
    }[];
    expect([...descriptorExceptions.keys()].filter((name) => !vectors.some((vector) => vector.case === name))).toEqual(
      [],
    );
    const decided = vectors.map(({ case: name, descriptor_text: text }) => {
      const outcome = outcomeOf(() => readDescriptor(JSON.parse(text), 'descriptor'));
      return [name, outcome === 'UPSTREAM_INVALID' ? 'refused' : 'read'];
    });
    expect(decided).toEqual(
      vectors.map(({ case: name, fail }) => [name, descriptorExceptions.get(name)?.[0] ?? (fail ? 'refused' : 'read')]),
    );
  });

  it('finds the digests of signed schema 1 manifests as Docker and Quay do', () => {
    const unsigned = corpusBytes('manifests', 'docker-schema1-unsigned.json');
    expect(schemaOnePayload(corpusBytes('manifests', 'docker-schema1-signed.json'))).toEqual(unsigned);
    const rows = readJson('manifests', 'quay-docker-schema1-unicode-row.json') as readonly {
      readonly digest: string;
      readonly json_data: string;
    }[];
    for (const { digest, json_data: text } of rows) {
      expect(sha256(schemaOnePayload(bytesOf(text)) ?? new Uint8Array())).toBe(digest);
      expect(readManifest(bytesOf(text), undefined).content.kind).toBe('SCHEMA_1');
    }
  });
}

function describeConfigs(): void {
  const files = corpusFiles('configs');
  const isRefused = (file: string): boolean => file.startsWith('spec-config-bad-') && !configExceptions.has(file);

  it('is read as expected, file by file', () => {
    expect(files.map((file) => [file, outcomeOf(() => typeof readImageConfig(corpusBytes('configs', file)))])).toEqual(
      files.map((file) => [file, isRefused(file) ? 'UPSTREAM_INVALID' : 'object']),
    );
    expect([...configExceptions.keys()].filter((file) => !files.includes(file))).toEqual([]);
  });

  it('tells the commands of all layers, where its history fits them', () => {
    for (const file of files.filter((name) => /real|quay|doc/.test(name))) {
      const { rootfs } = readJson('configs', file) as { readonly rootfs: { readonly diff_ids: readonly string[] } };
      const commands = layerCommands(readImageConfig(corpusBytes('configs', file)), rootfs.diff_ids.length);
      expect([file, commands.filter((command) => command !== undefined).length]).toEqual([
        file,
        rootfs.diff_ids.length,
      ]);
    }
    expect(layerCommands(readImageConfig(corpusBytes('configs', 'odd-history-mismatch.json')), 1)).toEqual([undefined]);
  });

  it('tells the version of Windows', () => {
    expect(readImageConfig(corpusBytes('configs', 'odd-windows-os-version.json')).platform).toEqual({
      os: 'windows',
      architecture: 'amd64',
      osVersion: '10.0.20348.2340',
    });
  });
}

if (corpusIsPresent()) {
  describe('the corpus of manifests', describeManifests);
  describe('the corpus of what is near manifests', describeOthers);
  describe('the corpus of image configurations', describeConfigs);
} else {
  describe('the corpus', () => {
    it('is absent, so nothing of it is read', () => undefined);
  });
}
