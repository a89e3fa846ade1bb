import { callersPath } from './access-rules.ts';
import type { Finding, KeyPath } from './finding.ts';
import { rawGroups, rawTexts } from './raw.ts';

/** Reads a whole file as text; throws as node:fs does. */
export type ReadFile = (path: string) => string;

/** What is wrong with the text of a file of tokens, a sentence each, without any of the tokens. */
export type CheckTokens = (text: string) => readonly string[];

interface FileKey {
  /** The list whose entries have the key; empty where the file itself has it. */
  readonly list: KeyPath;
  /** The kind of entries that have it; `undefined` where all have. */
  readonly kind?: string;
  readonly key: KeyPath;
  /** What the file holds. Only the path of a file of certificates is quoted: for the others people write the secret itself. */
  readonly holds: Holds;
}

type Holds = 'a secret' | 'certificates' | 'tokens' | 'documents';

const fileKeys: readonly FileKey[] = [
  { list: [], key: ['server', 'metrics', 'tokenFile'], holds: 'a secret' },
  { list: ['registries'], key: ['credentials', 'passwordFile'], holds: 'a secret' },
  { list: ['registries'], key: ['credentials', 'tokenFile'], holds: 'a secret' },
  { list: ['registries'], key: ['caFile'], holds: 'certificates' },
  { list: ['registries'], key: ['webhook', 'secretFile'], holds: 'a secret' },
  { list: ['streams'], kind: 'openshift', key: ['tokenFile'], holds: 'a secret' },
  { list: ['streams'], kind: 'openshift', key: ['caFile'], holds: 'certificates' },
  { list: callersPath, kind: 'oidc', key: ['caFile'], holds: 'certificates' },
  { list: callersPath, kind: 'token', key: ['tokensFile'], holds: 'tokens' },
];

/** What is wrong with the files that the configuration names. Their contents are looked at and forgotten. */
export function fileFindings(
  file: unknown,
  absolute: (path: string) => string,
  readFile: ReadFile,
  checkTokens: CheckTokens | undefined,
): readonly Finding[] {
  return fileKeys.flatMap(({ list, kind, key, holds }) =>
    rawGroups(file, list).flatMap(({ path, group }) => {
      if (kind !== undefined && group['kind'] !== kind) return [];
      return rawTexts(group, key).flatMap((named) => {
        const message =
          named.text === ''
            ? undefined
            : fileMessage(named.text, absolute(named.text), holds, { readFile, checkTokens });
        return message === undefined ? [] : [{ path: [...path, ...named.path], message }];
      });
    }),
  );
}

/** What is wrong with a file that the configuration names; `undefined` where nothing is. */
export function fileMessage(
  said: string,
  path: string,
  holds: Holds,
  { readFile, checkTokens = () => [] }: { readonly readFile: ReadFile; readonly checkTokens?: CheckTokens | undefined },
): string | undefined {
  const quoted = holds === 'a secret' || holds === 'tokens' ? 'a file' : JSON.stringify(path);
  const hint = /^[/~]/.test(said) ? '' : ' (relative paths start at the folder of this file)';
  let content: string;
  try {
    content = readFile(path);
  } catch (error) {
    return `names ${quoted} that cannot be read, ${reasonOf(error)}: make it, or correct the path${hint}`;
  }
  if (content.trim() === '') return `names ${quoted} that is empty: write ${holds} into it`;
  const broken = holds === 'tokens' ? checkTokens(content) : [];
  if (broken.length > 0) return `names a file that is broken: ${broken.slice(0, mostProblems).join('; ')}`;
  if (holds === 'certificates' && !content.includes('-----BEGIN CERTIFICATE-----')) {
    return `names ${quoted} that holds no certificate in PEM form: write one into it, from -----BEGIN CERTIFICATE----- on`;
  }
  return undefined;
}

/** What is wrong with one file is told so far. */
const mostProblems = 5;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'since there is none',
  ENOTDIR: 'since part of its path is no folder',
  EACCES: 'since this user may not',
  EISDIR: 'since it is a folder',
  EFBIG: 'since it is larger than 1 MiB',
};

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  return reasons[code] ?? `for the reason ${code}`;
}
