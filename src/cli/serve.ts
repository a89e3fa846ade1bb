import { checkTokensFile } from '../access/callers/tokens-file.ts';
import { loadConfigFile } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { systemClock } from '../lib/clock.ts';
import { createClusterCheck } from '../open-clusters.ts';
import { filesReadOnce } from '../open-files.ts';
import type { Outside } from '../open-registries.ts';
import { createDocumentCheck } from '../open-trusted-documents.ts';
import { problemLine } from './config-check.ts';
import { followConfig, readConfig, type ConfigSource } from './follow-config.ts';
import type { Output } from './output.ts';

/** A gateway that follows its configuration file. */
export interface Serving {
  readonly url: string;
  /** Has the file looked at now. */
  readonly lookAgain: () => void;
  readonly stop: Gateway['stop'];
}

/** Starts the gateway of a configuration file; `undefined` where the file keeps it from starting, all problems being told. */
export async function serve(file: string, outside: Outside, output: Output): Promise<Serving | undefined> {
  const { env, log } = outside;
  const source: ConfigSource = {
    file,
    load: () =>
      loadConfigFile(file, {
        env,
        findClusterProblem: createClusterCheck(env),
        findDocumentProblems: createDocumentCheck(),
        checkTokens: checkTokensFile,
      }),
    filesOf: (config) => filesReadOnce(config, env),
  };
  const { loaded, stamps } = readConfig(source);
  if (loaded.kind === 'invalid') {
    for (const problem of loaded.problems) output.stderr.write(`${problemLine(file, problem)}\n`);
    return undefined;
  }
  for (const { path, message } of loaded.warnings) log.warn({ path }, message);
  const gateway = await startGateway(loaded.config, outside);
  log.info({ url: gateway.url, registries: loaded.config.registries.map(({ name }) => name) }, 'serving');
  const followed = followConfig({ source, inForce: stamps, reload: gateway.reload, clock: systemClock });
  return {
    url: gateway.url,
    lookAgain: () => void followed.look(),
    stop: () => {
      followed.stop();
      return gateway.stop();
    },
  };
}
