import { anonymous, openAccess } from '../access/access.ts';
import { loadConfig, loadConfigFile, type LoadedConfig } from '../config.ts';
import { isGatewayError } from '../domain/errors.ts';
import { formatPlatform, parsePlatform, type Platform } from '../domain/platform.ts';
import { parseReference, type RegistryName } from '../domain/reference.ts';
import { findImage } from '../images/find-image.ts';
import { findImageConfig } from '../images/image-config.ts';
import type { KnownManifest } from '../images/known-manifest.ts';
import { listPlatforms } from '../images/platform-images.ts';
import { createImageReader, type ImageReader } from '../images/reader.ts';
import { createRegistryTable } from '../images/registry-table.ts';
import { openCache } from '../open-cache.ts';
import { openRegistries, type Outside } from '../open-registries.ts';
import { problemLine } from './config-check.ts';
import type { Output } from './output.ts';
import { formatInspection, inspectionOf, type Inspection } from './inspection.ts';

export interface InspectOptions {
  readonly config?: string;
  /** `text` or `json`. */
  readonly output: string;
  /** As `os/arch[/variant]`. */
  readonly platform: string;
  /** Whether the repository's tags are listed too. */
  readonly tags: boolean;
  /** Without a configuration: ask over plain http. */
  readonly plainHttp: boolean;
}

/**
 * Shows what a reference names, read by the same code that answers `image`. Returns the exit code: 0, 1 where there is no
 * such image, 2 for wrong arguments or configuration, 3 where the registry failed.
 */
export async function inspect(
  reference: string,
  options: InspectOptions,
  outside: Outside,
  output: Output,
): Promise<number> {
  if (options.output !== 'text' && options.output !== 'json') {
    output.stderr.write(`tributary: the output is text or json, not ${JSON.stringify(options.output)}\n`);
    return 2;
  }
  try {
    return await inspectBy(waysTo(reference, options, outside), reference, options, outside, output);
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    output.stderr.write(`tributary: ${error.code}: ${error.message}\n`);
    return error.code.startsWith('UPSTREAM') ? 3 : 2;
  }
}

/** Tries one configuration after the other, as long as the one before found nobody to talk to. */
async function inspectBy(
  [way, ...others]: readonly LoadedConfig[],
  reference: string,
  options: InspectOptions,
  outside: Outside,
  output: Output,
): Promise<number> {
  if (way === undefined) return 2;
  if (way.kind === 'invalid') {
    const file = options.config ?? 'the command line';
    for (const problem of way.problems) output.stderr.write(`${problemLine(file, problem)}\n`);
    return 2;
  }
  // One look gains little from the disk, and must not make files of its own user in the gateway's folder.
  const cache = { ...way.config.cache, folder: undefined };
  const opened = openRegistries(way.config, outside, openCache(cache, outside.log));
  try {
    const reader = createImageReader({
      registries: createRegistryTable(opened.entries),
      access: openAccess,
      viewer: anonymous,
      ask: {
        signal: AbortSignal.timeout(way.config.limits.operation),
        cost: { upstreamRequests: 0, cacheHits: 0, coalesced: 0 },
      },
    });
    const found = await inspectWith(reader, reference, parsePlatform(options.platform), options.tags);
    if (found.kind === 'absent') {
      output.stderr.write(`tributary: ${found.reason}\n`);
      return 1;
    }
    const { inspection } = found;
    output.stdout.write(
      options.output === 'json' ? `${JSON.stringify(inspection, null, 4)}\n` : formatInspection(inspection),
    );
    return 0;
  } catch (error) {
    const isNobody = isGatewayError(error, 'UPSTREAM_TLS') || isGatewayError(error, 'UPSTREAM_UNAVAILABLE');
    if (!isNobody || others.length === 0) throw error;
    return await inspectBy(others, reference, options, outside, output);
  } finally {
    await opened.close();
  }
}

/** The configured way; else that to the reference's own host, on this machine over plain http too where there is no TLS. */
function waysTo(reference: string, options: InspectOptions, outside: Outside): readonly LoadedConfig[] {
  if (options.config !== undefined) return [loadConfigFile(options.config, { env: outside.env })];
  const { registry } = parseReference(reference);
  if (options.plainHttp) return [configOf(registry, 'http')];
  return isThisMachine(registry)
    ? [configOf(registry, 'https'), configOf(registry, 'http')]
    : [configOf(registry, 'https')];
}

/** As docker and podman do, which take registries on loopback for ones without TLS. */
function isThisMachine(registry: RegistryName): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(registry);
}

/** A configuration for one host, which the user has named and so trusts wherever it is. */
function configOf(registry: RegistryName, protocol: 'http' | 'https'): LoadedConfig {
  const isHub = registry === 'docker.io';
  const config = {
    access: { mode: 'open' },
    registries: [
      {
        name: registry,
        kind: isHub ? 'docker-hub' : 'oci',
        ...(protocol === 'http' && { url: `http://${registry}`, insecure: true }),
        allowPrivateNetwork: true,
      },
    ],
  };
  return loadConfig(JSON.stringify(config), { file: 'tributary.yaml' });
}

type Found =
  { readonly kind: 'found'; readonly inspection: Inspection } | { readonly kind: 'absent'; readonly reason: string };

async function inspectWith(
  reader: ImageReader,
  reference: string,
  platform: Platform,
  withTags: boolean,
): Promise<Found> {
  const located = await reader.locate(reference);
  const { repository } = located;
  const named = await findImage(reader, located, undefined);
  const top = named && (await reader.manifest(repository, named.digest));
  if (top === undefined) return { kind: 'absent', reason: `${reference} does not exist` };
  const manifest = await forPlatform(reader, top, located, platform);
  if (manifest === undefined) {
    const offered = (await listPlatforms(reader, repository, top)).map((image) =>
      image.platform === undefined ? 'unknown' : formatPlatform(image.platform),
    );
    return {
      kind: 'absent',
      reason: `${reference} has no image for ${formatPlatform(platform)}, only for ${offered.join(', ') || 'nothing'}; choose one with --platform`,
    };
  }
  const config = await findImageConfig(reader, repository, manifest);
  const tags = withTags ? await reader.tagNames(repository) : undefined;
  const name = `${repository.registry.name}/${repository.name}`;
  return { kind: 'found', inspection: inspectionOf(name, top, manifest, config, tags?.names ?? []) };
}

async function forPlatform(
  reader: ImageReader,
  top: KnownManifest,
  located: Awaited<ReturnType<ImageReader['locate']>>,
  platform: Platform,
): Promise<KnownManifest | undefined> {
  // A single image is shown whatever it is for, as skopeo does: there is nothing to choose.
  if (top.content.kind !== 'INDEX') return top;
  const image = await findImage(reader, { ...located, digest: top.digest }, platform);
  return image && reader.manifest(located.repository, image.digest);
}
