import type { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import type { Finding, KeyPath } from './finding.ts';
import { keysAt } from './json-schema.ts';
import { shown } from './shown.ts';

type Issue = z.core.$ZodIssue;

/** What is said where a schema has no words of its own. Quotes no value: it may be a secret in the wrong place. */
export function defaultMessage(issue: {
  readonly code?: string;
  readonly expected?: unknown;
  readonly input?: unknown;
}): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  const missing = issue.input === undefined ? 'is missing' : 'has the wrong form';
  if (issue.expected === 'object' || issue.expected === 'record') return `${missing}: write a group of keys`;
  if (issue.expected === 'array') return `${missing}: write a list, as in [a, b]`;
  return undefined;
}

/** What the schema found wrong, one finding for each unknown key. */
export function schemaFindings(file: unknown, issues: readonly Issue[]): readonly Finding[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(file, path, key));
    if (issue.code === 'invalid_key') return [{ path, message: innerMessage(issue.issues), atKey: true }];
    return [{ path, message: issue.message }];
  });
}

function innerMessage(issues: readonly Issue[]): string {
  return issues[0]?.message ?? 'is no key for this group';
}

/** Keys that people try and that are left out on purpose. */
const refused: Readonly<Record<string, string>> = {
  password:
    'is refused, so that no secret stands in this file: write the password in a file of its own and name it with passwordFile',
  token:
    'is refused, so that no secret stands in this file: write the token in a file of its own and name it with tokenFile',
  secret:
    'is refused, so that no secret stands in this file: write the secret in a file of its own and name it with secretFile',
};

function unknownKey(file: unknown, group: KeyPath, key: string): Finding {
  const path = [...group, key];
  const known = keysAt(file, group);
  const meant = nearest(key, known);
  const instead = refused[key];
  if (instead !== undefined && known.includes(`${key}File`)) return { path, message: instead, atKey: true };
  const hint = meant === undefined ? `the keys here are ${known.join(', ')}` : `did you mean ${shown(meant)}?`;
  return { path, message: `is no key that is known: ${hint}`, atKey: true };
}
