import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inspect } from '../../src/cli/inspect.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { outside } from '../support/gateway.ts';
import { pushImages, type PushedImage } from '../support/pushed-images.ts';
import {
  inspect as inspectWithSkopeo,
  inspectRaw,
  listTags,
  login,
  type Override,
  type RegistryAccess,
} from '../support/skopeo.ts';

const user = 'robot';
const password = 'secret of the robot';

let registry: DockerRegistry;
let access: RegistryAccess;
let folder: string;
let pushed: readonly PushedImage[];

beforeAll(async () => {
  registry = await startDockerRegistry({ auth: { htpasswd: { user, password } } });
  folder = mkdtempSync(join(tmpdir(), 'tributary-inspect-'));
  access = { host: registry.host, authFile: join(folder, 'auth.json') };
  await login(access, join(folder, 'auth.json'), user, password);
  pushed = await pushImages(access);
}, 60_000);

afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `tributary inspect --plain-http -o json` without a configuration. */
async function inspectWithTributary(reference: string, platform = 'linux/amd64', env = authEnv(), plainHttp = true) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await inspect(reference, { output: 'json', platform, tags: true, plainHttp }, outside(env, []), {
    stdout: { write: (text: string) => stdout.push(text) },
    stderr: { write: (text: string) => stderr.push(text) },
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

function authEnv(): Readonly<Record<string, string>> {
  return { REGISTRY_AUTH_FILE: join(folder, 'auth.json') };
}

async function expectSame(repository: string, tag: string, override?: Override): Promise<void> {
  const reference = `${registry.host}/${repository}:${tag}`;
  const platform = override && [override.os, override.architecture, override.variant].filter((part) => part != null);
  const { code, stdout, stderr } = await inspectWithTributary(reference, platform?.join('/'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const shown = await inspectWithSkopeo(access, `${repository}:${tag}`, override);
  const ours = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  expect(ours).toMatchObject({
    Name: `${registry.host}/${repository}`,
    Digest: shown.Digest,
    RepoTags: await listTags(access, repository),
    Labels: shown.Labels,
    Architecture: shown.Architecture,
    Os: shown.Os,
    Layers: shown.Layers,
    Env: shown.Env ?? [],
  });
  expect(instant(ours['Created'])).toEqual(instant(shown.Created));
  if (override !== undefined) return;
  const { layers } = JSON.parse((await inspectRaw(access, `${repository}:${tag}`)).toString('utf8')) as {
    readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[];
  };
  expect(ours['LayersData']).toEqual(
    layers.map(({ mediaType, digest, size }) => ({ MIMEType: mediaType, Digest: digest, Size: size })),
  );
}

function instant(time: unknown): number | undefined {
  return typeof time === 'string' ? Date.parse(time) : undefined;
}

it('`tributary inspect` shows images as skopeo inspect does, without a configuration, with the credentials of a file', async () => {
  const images = pushed.filter(({ kind }) => kind === 'image');
  expect(images.length).toBeGreaterThanOrEqual(6);
  for (const { repository, tags } of images) await expectSame(repository, tags[0] ?? '');
}, 30_000);

it.each([
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'windows', architecture: 'amd64' },
])('`tributary inspect --platform` shows of an index the image for $os/$architecture', async (override) => {
  await expectSame('team/app', 'latest', override);
});

it('`tributary inspect` finds a registry without TLS on this machine by itself, as docker and podman do', async () => {
  const reference = `${registry.host}/team/app:latest`;
  const told = await inspectWithTributary(reference);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(await inspectWithTributary(reference, 'linux/amd64', authEnv(), false)).toEqual(told);
});

it('`tributary inspect` ends with 1 for what does not exist, and with 3 where the registry refuses the credential', async () => {
  const absent = await inspectWithTributary(`${registry.host}/team/app:absent`);
  expect(absent).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('does not exist') });
  const refused = await inspectWithTributary(`${registry.host}/team/app:latest`, 'linux/amd64', {});
  expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('UPSTREAM_UNAUTHORIZED') });
  const noPlatform = await inspectWithTributary(`${registry.host}/team/app:latest`, 'linux/riscv64');
  expect(noPlatform).toMatchObject({ code: 1, stderr: expect.stringContaining('linux/arm/v6') });
});
