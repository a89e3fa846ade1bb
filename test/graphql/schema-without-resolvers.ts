import { viewerNamed } from '../../src/access/access.ts';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { createAdmission, type Admission, type Verdict } from '../../src/graphql/admit.ts';
import { defaultLimits, type OperationLimits } from '../../src/graphql/limits.ts';
import { ByteSize, Cursor, DateTime, Digest } from '../../src/graphql/resolvers/scalars.ts';
import { loadTypeDefs } from '../../src/graphql/schema.ts';

/** The gateway's schema, of which nothing can be asked: admission happens before resolvers. */
export const schema: GraphQLSchema = makeExecutableSchema({
  typeDefs: loadTypeDefs(),
  resolvers: { ByteSize, Cursor, DateTime, Digest },
});

export const viewer = viewerNamed('test');

export function admissionWith(limits: Partial<OperationLimits> = {}, introspection = true): Admission {
  return createAdmission({ schema, limits: { ...defaultLimits, ...limits }, introspection });
}

/** The codes and limits that validation answers with. */
export function refusals(source: string, admission: Admission): unknown[] {
  return admission.validate(admission.parse(source)).map(({ extensions }) => extensions['limit'] ?? extensions['code']);
}

/** The verdict on a valid operation. */
export function admit(source: string, variables: Record<string, unknown> = {}, admission = admissionWith()): Verdict {
  const document = admission.parse(source);
  const errors = admission.validate(document);
  if (errors.length > 0) throw new Error(`not valid: ${errors.map(({ message }) => message).join('; ')}`);
  return admission.admit(document, undefined, variables, viewer);
}

/** What an admitted operation may come to. */
export function costOf(source: string, variables: Record<string, unknown> = {}): { requests: number; nodes: number } {
  const verdict = admit(source, variables, admissionWith({ cost: Infinity, nodes: Infinity }));
  if (verdict.kind === 'refused') throw new Error(verdict.errors.map(({ message }) => message).join('; '));
  return { requests: verdict.requests, nodes: verdict.nodes };
}
