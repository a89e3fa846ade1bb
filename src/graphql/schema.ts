import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { isScalarType } from 'graphql';
import type { GraphQLScalarType, GraphQLSchema } from 'graphql';
import type { CompleteResolvers } from './complete.ts';

/** The folder of the SDL, as far above this file in `src/` as its copy is in `dist/`. */
const folder = new URL('../../schema/', import.meta.url);

/** The schema's SDL: every file of the `schema` folder, in the order of their names. Throws where the folder cannot be read. */
export function loadTypeDefs(): string {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort();
  return files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
}

/**
 * The executable schema. That no field lacks a resolver is seen to by the type of the resolvers; here a resolver without a
 * field, and an interface without a way to tell its types apart, stop the start.
 */
export function createSchema(resolvers: CompleteResolvers): GraphQLSchema {
  const entries = Object.entries(resolvers).map(
    ([name, resolver]) => [name, isScalarType(resolver) ? behaviour(resolver) : resolver] as const,
  );
  return makeExecutableSchema({
    typeDefs: loadTypeDefs(),
    resolvers: Object.fromEntries(entries),
    resolverValidationOptions: { requireResolversToMatchSchema: 'error', requireResolversForResolveType: 'error' },
  });
}

/** What a scalar does. What it is called and described as stands in the SDL, and a scalar's own silence would erase it. */
function behaviour(scalar: GraphQLScalarType): Pick<GraphQLScalarType, 'serialize' | 'parseValue' | 'parseLiteral'> {
  const { serialize, parseValue, parseLiteral } = scalar;
  return { serialize, parseValue, parseLiteral };
}
