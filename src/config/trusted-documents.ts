import { fileMessage, type ReadFile } from './files.ts';
import type { Finding } from './finding.ts';
import { limitsSchema } from './limits.ts';
import { rawAt } from './raw.ts';
import type { z } from 'zod';

/** What the documents of a list must keep to. */
export interface DocumentRules {
  readonly limits: Omit<z.output<typeof limitsSchema>, 'budget'>;
  readonly introspection: boolean;
}

/** What is wrong with a list of documents, one text for each problem, written to follow the path of its file. */
export type FindDocumentProblems = (manifest: string, rules: DocumentRules) => readonly string[];

/** What is wrong with the file of trusted documents. Limits that are wrong themselves are told first. */
export function trustedDocumentFindings(
  file: unknown,
  absolute: (path: string) => string,
  readFile: ReadFile,
  findProblems: FindDocumentProblems = () => [],
): readonly Finding[] {
  const path = ['server', 'trustedDocuments'];
  const said = rawAt(file, path);
  if (typeof said !== 'string' || said === '') return [];
  const message = fileMessage(said, absolute(said), 'documents', { readFile });
  if (message !== undefined) return [{ path, message }];
  const limits = limitsSchema.safeParse(rawAt(file, ['limits']) ?? {});
  if (!limits.success) return [];
  const introspection = rawAt(file, ['server', 'introspection']) !== false;
  const problems = findProblems(readFile(absolute(said)), { limits: limits.data, introspection });
  return problems.map((problem) => ({
    path,
    message: `names ${JSON.stringify(absolute(said))}, which is wrong: ${problem}`,
  }));
}
