import { join } from 'node:path';
import { GatewayError } from '../../domain/errors.ts';
import type { RegistryName, RepositoryName } from '../../domain/reference.ts';
import { systemClock, type Clock } from '../../lib/clock.ts';
import { watchFile } from '../../lib/watched-file.ts';
import { parseCredentialFile, readEntry, type CredentialFile } from './credential-file.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { candidateKeys, findEntry, hostsOf, serverOf } from './file-keys.ts';
import { createHelpers, helperCredential, type AskHelper, type HelperAnswer } from './helper.ts';

/** Where people's own credentials lie. */
export interface CredentialFilesOptions {
  readonly registry: RegistryName;
  /** Where the registry is reached: credentials are found by the host that they will be sent to. */
  readonly origin: URL;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  /** Instead of those that {@link credentialFilePaths} lists. */
  readonly paths?: readonly string[] | undefined;
  readonly askHelper?: AskHelper | undefined;
  readonly clock?: Clock | undefined;
}

/** Helpers are processes: their word is taken for a while. */
const helperMs = 5 * 60_000;

/** The files that docker and podman keep credentials in, in the order in which they are looked at (containers-auth.json(5)). */
export function credentialFilePaths(
  environment: CredentialFilesOptions['environment'],
  home: string | undefined,
): readonly string[] {
  const set = (name: string): string | undefined => (environment[name] === '' ? undefined : environment[name]);
  const under = (folder: string | undefined, ...rest: string[]): string[] =>
    folder === undefined ? [] : [join(folder, ...rest)];
  const config = set('XDG_CONFIG_HOME') ?? (home === undefined ? undefined : join(home, '.config'));
  return [
    ...under(set('REGISTRY_AUTH_FILE')),
    ...under(set('XDG_RUNTIME_DIR'), 'containers', 'auth.json'),
    ...under(config, 'containers', 'auth.json'),
    ...under(set('DOCKER_CONFIG') ?? (home === undefined ? undefined : join(home, '.docker')), 'config.json'),
    ...under(home, '.dockercfg'),
  ];
}

/**
 * Finds a registry's credential in the files of docker and podman; the first file that has one holds. Within a file: the
 * host's own helper, the helper for all, then the entries, the most specific first. Files may appear, change and go.
 */
export function createCredentialFiles(options: CredentialFilesOptions): CredentialSource {
  const { registry, origin, environment, home, clock = systemClock } = options;
  const ask = rememberAnswers(options.askHelper ?? createHelpers({ registry, environment }), clock);
  const hosts = hostsOf(origin);
  const paths = options.paths ?? credentialFilePaths(environment, home);
  const files = paths.map((path) => ({
    path,
    file: watchFile(path, (bytes) => parseCredentialFile(path, bytes), clock),
  }));
  const versions = createVersions();

  const unusable = (what: string, cause?: unknown): GatewayError =>
    new GatewayError('UPSTREAM_UNAUTHORIZED', `${registry}: ${what}`, { registry }, cause);

  async function findIn(
    path: string,
    file: CredentialFile,
    repository: RepositoryName | undefined,
  ): Promise<Credential | undefined> {
    const helper = findEntry(file.credHelpers, candidateKeys(hosts, undefined))?.entry ?? file.credsStore;
    if (helper !== undefined) {
      const answer = await ask(helper, serverOf(origin));
      if (answer !== undefined) {
        const id = `helper:${helper}:${answer.username}`;
        return helperCredential(versions(id, answer.secret), answer);
      }
    }
    const found = findEntry(file.auths, candidateKeys(hosts, repository));
    if (found === undefined) return undefined;
    const read = readEntry(found.entry);
    if (read.kind === 'invalid') throw unusable(`the entry "${found.key}" in ${path} cannot be used: ${read.reason}`);
    return read.kind === 'empty' ? undefined : read.credential((secret) => versions(`${path}:${found.key}`, secret));
  }

  return {
    async find(repository) {
      for (const { path, file } of files) {
        let content: CredentialFile | undefined;
        try {
          content = await file.current();
        } catch (error) {
          throw unusable(
            `the credential file ${path} cannot be read${error instanceof SyntaxError ? ': it is not JSON' : ''}`,
            error,
          );
        }
        const credential = content === undefined ? undefined : await findIn(path, content, repository);
        if (credential !== undefined) return credential;
      }
      return undefined;
    },
  };
}

/** One run per helper and server, and none for a while after it; failures are not remembered. */
function rememberAnswers(ask: AskHelper, clock: Clock): AskHelper {
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<HelperAnswer> }>();
  return function remember(name, server) {
    const key = `${name} ${server}`;
    const kept = answers.get(key);
    if (kept !== undefined && clock.now() - kept.at < helperMs) return kept.answer;
    const answer = ask(name, server);
    answers.set(key, { at: clock.now(), answer });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}

/** Ids that change when their secret does, without telling it. */
function createVersions(): (id: string, secret: string) => string {
  const seen = new Map<string, { readonly secret: string; readonly version: number }>();
  return function versioned(id, secret) {
    const last = seen.get(id);
    const version = last === undefined ? 1 : last.secret === secret ? last.version : last.version + 1;
    seen.set(id, { secret, version });
    return `${id}#${String(version)}`;
  };
}
