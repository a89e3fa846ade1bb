import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

/** An operating system and a processor, in the words of Go's GOOS and GOARCH (image-spec image-index.md). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly osVersion?: string | undefined;
}

/** Reads `os/arch[/variant]`, as docker writes it, into its normal form; throws ARGUMENT_INVALID. */
export function parsePlatform(text: string): Platform {
  const match = text.length <= 128 ? /^([\w.-]+)\/([\w.-]+)(?:\/([\w.-]+))?$/.exec(text) : null;
  const [, os, architecture, variant] = match ?? [];
  if (os !== undefined && architecture !== undefined) return normalizePlatform({ os, architecture, variant });
  throw new GatewayError(
    'ARGUMENT_INVALID',
    `${quote(text)} is not a platform: expected os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7`,
    { argument: 'platform' },
  );
}

/** The platform as `os/arch[/variant]`, as it says itself. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Whether a platform says that there is none, as BuildKit writes beside attestations. */
export function isUnknownPlatform(platform: Platform): boolean {
  return platform.os === 'unknown' && platform.architecture === 'unknown';
}

/** The one spelling of a platform that has several, by containerd's rules (platforms/database.go). */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const [architecture, variant] = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    platform.variant?.toLowerCase() ?? '',
  );
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant === '' ? {} : { variant }),
    ...(platform.osVersion === undefined ? {} : { osVersion: platform.osVersion }),
  };
}

function normalizeArchitecture(
  architecture: string,
  variant: string,
): readonly [architecture: string, variant: string] {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      return ['arm64', normalizeArm64(variant)];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', variant === '' ? 'v7' : variant.replace(/^(?=[5-8]$)/, 'v')];
    default:
      return [architecture, variant];
  }
}

function normalizeArm64(variant: string): string {
  if (['8', 'v8', 'v8.0'].includes(variant)) return '';
  return ['9', '9.0', 'v9.0'].includes(variant) ? 'v9' : variant;
}

/** What {@link selectPlatform} looks at, as descriptors have it. */
export interface PlatformChoice {
  readonly platform?: Platform | undefined;
  readonly annotations?: ReadonlyMap<string, string> | undefined;
}

/**
 * The manifest for a platform, as docker and containerd choose: the same variant, else the newest older one that the
 * processor also runs (arm v7, v6, v5; amd64 v3, v2, none), never another architecture. Of equals the first, but gzip
 * before zstd, which older clients cannot read. A Windows version counts only if one is wanted.
 */
export function selectPlatform<Choice extends PlatformChoice>(
  choices: readonly Choice[],
  wanted: Platform,
): Choice | undefined {
  const wantedForm = normalizePlatform(wanted);
  let best: { readonly choice: Choice; readonly rank: number } | undefined;
  for (const choice of choices) {
    const fit = choice.platform === undefined ? undefined : distance(normalizePlatform(choice.platform), wantedForm);
    if (fit === undefined) continue;
    const rank = 2 * fit + (choice.annotations?.get('io.github.containers.compression.zstd') === 'true' ? 1 : 0);
    if (best === undefined || rank < best.rank) best = { choice, rank };
  }
  return best?.choice;
}

/** How far what is offered stands from what is wanted; `undefined` where it does not run there. */
function distance(offered: Platform, wanted: Platform): number | undefined {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return undefined;
  const variants = variantDistance(offered, wanted);
  const versions = versionDistance(offered, wanted);
  return variants === undefined || versions === undefined ? undefined : 10 * variants + versions;
}

function variantDistance(offered: Platform, wanted: Platform): number | undefined {
  if (offered.variant === wanted.variant) return 0;
  const has = variantLevel(offered);
  const wants = variantLevel(wanted);
  return has !== undefined && wants !== undefined && has < wants ? wants - has : undefined;
}

/** The least variant of the architectures whose variants build upon each other, which no variant stands for. */
const baseVariants: ReadonlyMap<string, string> = new Map([
  ['amd64', 'v1'],
  ['arm', 'v7'],
  ['arm64', 'v8'],
]);

/** A variant as a number that grows with what the processor can do: v8.2 is 802. */
function variantLevel(platform: Platform): number | undefined {
  const base = baseVariants.get(platform.architecture);
  const match = base === undefined ? null : /^v(\d{1,2})(?:\.(\d{1,2}))?$/.exec(platform.variant ?? base);
  return match === null ? undefined : 100 * Number(match[1]) + Number(match[2] ?? 0);
}

/** Windows runs containers of its own build (major.minor.build); the revision after it may differ. */
function versionDistance(offered: Platform, wanted: Platform): number | undefined {
  if (wanted.os !== 'windows' || wanted.osVersion === undefined || offered.osVersion === wanted.osVersion) return 0;
  return windowsBuild(offered.osVersion) === windowsBuild(wanted.osVersion) ? 1 : undefined;
}

function windowsBuild(version: string | undefined): string | undefined {
  return version?.split('.', 3).join('.');
}
