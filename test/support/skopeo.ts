import { run, runFailing, type Failure, type Program } from './process.ts';

/** How skopeo reaches a registry. */
export interface RegistryAccess {
  /** Host and port. */
  readonly host: string;
  /** `user:password`. */
  readonly creds?: string;
  readonly authFile?: string;
  /** A folder with the authority's certificate as `ca.crt`; without it nothing is verified, and http is tried too. */
  readonly certDir?: string;
}

const program: Program = { command: 'skopeo', package: 'skopeo' };

/** Runs skopeo, the independent judge of what a registry holds; answers what it wrote. */
function skopeo(args: readonly string[]): Promise<Buffer> {
  // Whatever policy the machine has for signatures, it is not what is tested.
  return run(program, ['--insecure-policy', '--command-timeout=50s', ...args]);
}

/** Runs skopeo where it must fail. */
export function skopeoFails(args: readonly string[]): Promise<Failure> {
  return runFailing(program, ['--insecure-policy', '--command-timeout=50s', ...args]);
}

/** Which image of an index skopeo looks at. */
export interface Override {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | null;
}

/** What `skopeo inspect` shows, as far as all its versions do. */
interface Inspected {
  readonly Digest: string;
  readonly Created: string | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Architecture: string;
  readonly Os: string;
  readonly Layers: readonly string[] | null;
  readonly Env: readonly string[] | null;
}

/** `skopeo inspect`, without the list of tags. */
export async function inspect(access: RegistryAccess, name: string, override?: Override): Promise<Inspected> {
  const args = ['inspect', '--no-tags', ...flags(access), `docker://${access.host}/${name}`];
  return JSON.parse((await skopeo([...overrides(override), ...args])).toString('utf8')) as Inspected;
}

/** `skopeo inspect --config`: the configuration as skopeo understands it, in the words of image-spec config.md. */
export async function inspectConfig(access: RegistryAccess, name: string, override?: Override): Promise<unknown> {
  const args = ['inspect', '--config', ...flags(access), `docker://${access.host}/${name}`];
  return JSON.parse((await skopeo([...overrides(override), ...args])).toString('utf8'));
}

/** `skopeo inspect --raw`: the bytes of the manifest or index. */
export function inspectRaw(access: RegistryAccess, name: string): Promise<Buffer> {
  return skopeo(['inspect', '--raw', ...flags(access), `docker://${access.host}/${name}`]);
}

/** `skopeo inspect --config --raw`: the bytes of the configuration. */
export function inspectRawConfig(access: RegistryAccess, name: string): Promise<Buffer> {
  return skopeo(['inspect', '--config', '--raw', ...flags(access), `docker://${access.host}/${name}`]);
}

/** `skopeo list-tags`. */
export async function listTags(access: RegistryAccess, repository: string): Promise<readonly string[]> {
  const listed = await skopeo(['list-tags', ...flags(access), `docker://${access.host}/${repository}`]);
  return (JSON.parse(listed.toString('utf8')) as { readonly Tags: readonly string[] }).Tags;
}

/** `skopeo copy` from anywhere into a registry, whole indexes included. */
export async function push(
  source: string,
  to: RegistryAccess,
  name: string,
  more: readonly string[] = [],
): Promise<void> {
  await skopeo(['copy', '--quiet', '--all', ...more, ...flags(to, 'dest-'), source, `docker://${to.host}/${name}`]);
}

/** `skopeo delete`: the manifest that a tag points at, with all tags that do. */
export async function remove(from: RegistryAccess, name: string): Promise<void> {
  await skopeo(['delete', ...flags(from), `docker://${from.host}/${name}`]);
}

/** `skopeo login`, into a file of its own. */
export async function login({ host }: RegistryAccess, file: string, user: string, password: string): Promise<void> {
  await skopeo(['login', '--tls-verify=false', '--authfile', file, '--username', user, '--password', password, host]);
}

/** The options by which skopeo reaches a registry, as a source (`src-`) or destination (`dest-`) of copies where named so. */
function flags({ creds, authFile, certDir }: RegistryAccess, side: '' | 'src-' | 'dest-' = ''): string[] {
  return [
    certDir === undefined ? `--${side}tls-verify=false` : `--${side}cert-dir=${certDir}`,
    ...(creds === undefined ? [] : [`--${side}creds=${creds}`]),
    ...(authFile === undefined ? [] : [`--${side}authfile=${authFile}`]),
  ];
}

function overrides(override: Override | undefined): string[] {
  if (override === undefined) return [];
  const { os, architecture, variant } = override;
  const chosen = [`--override-os=${os}`, `--override-arch=${architecture}`];
  return variant == null ? chosen : [...chosen, `--override-variant=${variant}`];
}
