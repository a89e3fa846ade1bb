import type { FindDocumentProblems } from './config.ts';
import { createAdmission } from './graphql/admit.ts';
import { defaultLimits } from './graphql/limits.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { createSchema } from './graphql/schema.ts';
import { readManifest } from './graphql/trusted-manifest.ts';

/** Finds out for the configuration what is wrong with a list of trusted documents. */
export function createDocumentCheck(): FindDocumentProblems {
  return (manifest, { limits, introspection }) => {
    const schema = createSchema(resolvers);
    const admission = createAdmission({ schema, limits: { ...defaultLimits, ...limits }, introspection });
    const read = readManifest(manifest, admission);
    return read.kind === 'broken' ? read.problems : [];
  };
}
