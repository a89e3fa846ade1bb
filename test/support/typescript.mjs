// node --import test/support/typescript.mjs FILE.ts: runs TypeScript in a process of its own, compiled as jest compiles it.
import { transformFile } from '@swc/core';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const parser = { syntax: 'typescript' };
  const options = { jsc: { parser, target: 'es2022' }, module: { type: 'es6' }, swcrc: false };
  const { code } = await transformFile(fileURLToPath(url), options);
  return { format: 'module', source: code, shortCircuit: true };
}
