import { checkTokensFile } from '../access/callers/tokens-file.ts';
import { loadConfigFile, type ConfigProblem } from '../config.ts';
import { oneLine } from '../lib/one-line.ts';
import { createClusterCheck } from '../open-clusters.ts';
import { createDocumentCheck } from '../open-trusted-documents.ts';
import type { Output } from './output.ts';

/**
 * Says everything that is wrong with a configuration file, one line each with its place and what to do. Connects nothing.
 * Returns the exit code: 0 where the gateway would start, 2 where it would not.
 */
export function configCheck(
  file: string,
  output: Output,
  env: Readonly<Record<string, string | undefined>> = {},
): number {
  const loaded = loadConfigFile(file, {
    env,
    findClusterProblem: createClusterCheck(env),
    findDocumentProblems: createDocumentCheck(),
    checkTokens: checkTokensFile,
  });
  if (loaded.kind === 'invalid') {
    for (const problem of loaded.problems) output.stderr.write(`${problemLine(file, problem)}\n`);
    return 2;
  }
  for (const warning of loaded.warnings) output.stderr.write(`${problemLine(file, warning, 'warning: ')}\n`);
  const { registries, streams } = loaded.config;
  output.stdout.write(
    `${oneLine(file)} is fine: ${counted(registries.length, 'registry', 'registries')}, ${counted(streams.length, 'source', 'sources')} of image streams\n`,
  );
  return 0;
}

/** A problem as compilers print theirs, so that editors find the place: `FILE:line:column path: message`. */
export function problemLine(file: string, { path, message, line, column }: ConfigProblem, mark = ''): string {
  const place = line === undefined || column === undefined ? file : `${file}:${String(line)}:${String(column)}`;
  return oneLine(`${place} ${mark}${path === '' ? 'the file' : path}: ${message}`);
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
