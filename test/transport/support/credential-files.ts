import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import { createCredentialFiles } from '../../../src/transport/credentials/credential-files.ts';
import type { Credential } from '../../../src/transport/credentials/credential.ts';
import type { AskHelper } from '../../../src/transport/credentials/helper.ts';
import { registry, repositoryName } from './exchange.ts';

export const folder = mkdtempSync(join(tmpdir(), 'tributary-credentials-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
export function write(content: string | object, name = 'config.json', mode?: number): string {
  files += 1;
  const path = join(folder, String(files), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  if (mode !== undefined) chmodSync(path, mode);
  return path;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a credential says, for comparing. */
export function shown(credential: Credential | undefined): string | undefined {
  if (credential === undefined) return undefined;
  if (credential.kind === 'basic') return `${credential.username}:${credential.password.reveal()}`;
  return `${credential.kind} ${credential.token.reveal()}`;
}

const noHelper: AskHelper = (name) => Promise.reject(new Error(`no helper was to be asked, but ${name} was`));

export function find(
  paths: readonly string[],
  origin: string,
  repository?: string,
  askHelper = noHelper,
): Promise<string | undefined> {
  const source = createCredentialFiles({
    registry,
    origin: new URL(origin),
    environment: {},
    home: undefined,
    paths,
    askHelper,
  });
  return source.find(repository === undefined ? undefined : repositoryName(repository)).then(shown);
}
