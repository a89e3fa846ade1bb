import { checkTokensFile } from '../access/callers/tokens-file.ts';
import { loadConfigFile } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { createClusterCheck } from '../open-clusters.ts';
import type { Outside } from '../open-registries.ts';
import { problemLine } from './config-check.ts';
import type { Output } from './output.ts';

/** Starts the gateway of a configuration file; `undefined` where the file keeps it from starting, all problems being told. */
export async function serve(file: string, outside: Outside, output: Output): Promise<Gateway | undefined> {
  const loaded = loadConfigFile(file, {
    env: outside.env,
    findClusterProblem: createClusterCheck(outside.env),
    checkTokens: checkTokensFile,
  });
  if (loaded.kind === 'invalid') {
    for (const problem of loaded.problems) output.stderr.write(`${problemLine(file, problem)}\n`);
    return undefined;
  }
  for (const { path, message } of loaded.warnings) outside.log.warn({ path }, message);
  const gateway = await startGateway(loaded.config, outside);
  outside.log.info({ url: gateway.url, registries: loaded.config.registries.map(({ name }) => name) }, 'serving');
  return gateway;
}
