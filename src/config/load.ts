import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { clusterFindings, type FindClusterProblem } from './clusters.ts';
import { deriveConfig } from './derive.ts';
import { fileFindings, type CheckTokens, type ReadFile } from './files.ts';
import { defaultMessage, schemaFindings } from './issues.ts';
import type { ConfigProblem, LoadedConfig } from './model.ts';
import { ruleFindings } from './rules.ts';
import { configSchema } from './schema.ts';
import { readSource } from './source.ts';
import { trustedDocumentFindings, type FindDocumentProblems } from './trusted-documents.ts';
import { warningFindings } from './warnings.ts';

/** What a configuration is read with, besides its text. */
export interface LoadOptions {
  /** Where the text is from; relative paths in it start at this file's folder. */
  readonly file: string;
  /** The process's environment, looked at for what makes the whole process unsafe. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How the files that it names are read. */
  readonly readFile?: ReadFile;
  /** How it is found out whether a cluster can be reached as the file says. Default: that is not looked at. */
  readonly findClusterProblem?: FindClusterProblem;
  /** How it is found out whether the trusted documents could be run. Default: that is not looked at. */
  readonly findDocumentProblems?: FindDocumentProblems;
  /** What is wrong with the text of a file of tokens. Default: that is not looked at. */
  readonly checkTokens?: CheckTokens;
}

/** Reads a configuration from its text and says everything that is wrong with it at once. Starts and connects nothing. */
export function loadConfig(text: string, options: LoadOptions): LoadedConfig {
  const { file, env = {}, readFile = readText, findClusterProblem, checkTokens } = options;
  const absolute = (path: string) => resolve(dirname(resolve(file)), path);
  const source = readSource(text);
  const outside = environmentProblems(env);
  if (source.value === undefined) return { kind: 'invalid', problems: [...outside, ...source.problems] };

  const parsed = configSchema.safeParse(source.value, { error: defaultMessage });
  const findings = [
    ...(parsed.error === undefined ? [] : schemaFindings(source.value, parsed.error.issues)),
    ...ruleFindings(source.value),
    ...fileFindings(source.value, absolute, readFile, checkTokens),
    ...trustedDocumentFindings(source.value, absolute, readFile, options.findDocumentProblems),
    ...(findClusterProblem === undefined ? [] : clusterFindings(source.value, absolute, findClusterProblem)),
  ];
  const problems = [...outside, ...inOrder([...source.problems, ...findings.map(source.place)])];
  if (problems.length > 0 || parsed.data === undefined) return { kind: 'invalid', problems };

  const config = deriveConfig(parsed.data, absolute);
  return { kind: 'valid', config, warnings: inOrder(warningFindings(source.value, config).map(source.place)) };
}

/** As {@link loadConfig}, from a file; that it cannot be read is a problem like others. */
export function loadConfigFile(file: string, options: Omit<LoadOptions, 'file'> = {}): LoadedConfig {
  const { readFile = readText } = options;
  let text: string;
  try {
    text = readFile(file);
  } catch {
    return {
      kind: 'invalid',
      problems: [wholeFile('cannot be read: check that the file is there and that this user may read it')],
    };
  }
  return loadConfig(text, { ...options, file });
}

const largestFile = 1024 * 1024;

function readText(path: string): string {
  if (statSync(path).size > largestFile) throw Object.assign(new Error(`${path} is too large`), { code: 'EFBIG' });
  return readFileSync(path, 'utf8');
}

/** Node's own switch would turn certificate checks off for every registry, whatever the file says. */
function environmentProblems(env: Readonly<Record<string, string | undefined>>): readonly ConfigProblem[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  const message =
    'is 0 in the environment, which turns certificate checks off for the whole process: unset it, and name a caFile for the registry that needs one';
  return [{ ...wholeFile(message), path: 'NODE_TLS_REJECT_UNAUTHORIZED' }];
}

function wholeFile(message: string): ConfigProblem {
  return { path: '', message, line: undefined, column: undefined };
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...problems].sort(
    (left, right) => (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}
