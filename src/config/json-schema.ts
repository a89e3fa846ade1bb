import { z } from 'zod';
import { configSchema } from './schema.ts';
import { isGroup, rawAt, type RawGroup } from './raw.ts';
import type { KeyPath } from './finding.ts';

/** The JSON Schema (draft 2020-12) of the configuration file, for editors and for the documentation. */
export function configJsonSchema(): RawGroup {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
}

/** Made once: a file may have many unknown keys, and each asks. */
let made: RawGroup | undefined;

/** The keys that the group at a path of this file may have; none where it is no group. */
export function keysAt(file: unknown, path: KeyPath): readonly string[] {
  made ??= configJsonSchema();
  let schema: unknown = made;
  for (const [depth, part] of path.entries()) {
    const inner = typeof part === 'number' ? rawAt(schema, ['items']) : rawAt(schema, ['properties', part]);
    schema = alternative(inner, rawAt(file, path.slice(0, depth + 1)));
  }
  const properties = rawAt(schema, ['properties']);
  return isGroup(properties) ? Object.keys(properties) : [];
}

/** Of a schema with alternatives, the one that the group's `kind` or `mode` chooses. */
function alternative(schema: unknown, group: unknown): unknown {
  const alternatives: unknown = rawAt(schema, ['oneOf']);
  if (!Array.isArray(alternatives)) return schema;
  return alternatives.find((one: unknown) =>
    ['kind', 'mode'].some((key) => {
      const said = rawAt(group, [key]);
      return said !== undefined && rawAt(one, ['properties', key, 'const']) === said;
    }),
  );
}
