import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { parseDigest } from '../../domain/digest.ts';
import type { Digest as DigestText } from '../../domain/digest.ts';
import { parseCursorText } from '../cursor.ts';

/** A content digest. Input that is none is REFERENCE_INVALID. */
export const Digest = new GraphQLScalarType<DigestText, string>({
  name: 'Digest',
  serialize: (value) => textOf('Digest', value),
  parseValue: (value) => parseDigest(givenText('Digest', value)),
  parseLiteral: (node) => parseDigest(literalText('Digest', node)),
});

/** A moment: inside milliseconds since the epoch, outside ISO 8601 in UTC with milliseconds. Input may have any offset. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: formatMoment,
  parseValue: (value) => parseMoment(givenText('DateTime', value)),
  parseLiteral: (node) => parseMoment(literalText('DateTime', node)),
});

/** A size in bytes: a JSON number, an integer from 0 to 2^53-1. */
export const ByteSize = new GraphQLScalarType<number, number>({
  name: 'ByteSize',
  serialize: (value) => {
    if (isSize(value)) return value;
    throw new TypeError(`ByteSize cannot say ${describe(value)}: expected an integer from 0 to 2^53-1`);
  },
  parseValue: parseSize,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT) return parseSize(Number(node.value));
    throw literalError('ByteSize', node, 'an integer');
  },
});

/** A position in a list, sealed; longer than any that this gateway makes is CURSOR_INVALID. */
export const Cursor = new GraphQLScalarType<string, string>({
  name: 'Cursor',
  serialize: (value) => textOf('Cursor', value),
  parseValue: (value) => parseCursorText(givenText('Cursor', value)),
  parseLiteral: (node) => parseCursorText(literalText('Cursor', node)),
});

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseSize(value: unknown): number {
  if (isSize(value)) return value;
  throw new GraphQLError(`ByteSize cannot be ${describe(value)}: expected an integer from 0 to 2^53-1`);
}

function formatMoment(value: unknown): string {
  if (typeof value === 'number' && Math.abs(value) <= 8.64e15) return new Date(value).toISOString();
  // Ours to mend, so not a GraphQLError: whatever else a resolver throws is masked.
  throw new TypeError(`DateTime cannot say ${describe(value)}: expected milliseconds since the epoch`);
}

/** RFC 3339 §5.6, with the offset that `Date.parse` would otherwise take from the machine. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function parseMoment(text: string): number {
  const milliseconds = moment.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new GraphQLError(`DateTime cannot be ${describe(text)}: expected ISO 8601 such as 2026-01-31T09:30:00Z`);
}

function textOf(scalar: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${scalar} cannot say ${describe(value)}: expected a string`);
}

function givenText(scalar: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError(`${scalar} cannot be ${describe(value)}: expected a string`);
}

function literalText(scalar: string, node: ValueNode): string {
  if (node.kind === Kind.STRING) return node.value;
  throw literalError(scalar, node, 'a string');
}

function literalError(scalar: string, node: ValueNode, expected: string): GraphQLError {
  return new GraphQLError(`${scalar} cannot be a literal of kind ${node.kind}: expected ${expected}`, { nodes: node });
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  return typeof value === 'number' ? String(value) : `a value of type ${value === null ? 'null' : typeof value}`;
}
