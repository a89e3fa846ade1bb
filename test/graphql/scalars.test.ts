import { describe, expect, it } from '@jest/globals';
import { GraphQLError, parseValue } from 'graphql';
import { ByteSize, Cursor, DateTime, Digest } from '../../src/graphql/resolvers/scalars.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('Digest', () => {
  it('passes digests in and out', () => {
    expect(Digest.serialize(digest)).toBe(digest);
    expect(Digest.parseValue(digest)).toBe(digest);
    expect(Digest.parseLiteral(parseValue(JSON.stringify(digest)))).toBe(digest);
  });

  it.each(['sha256:0', `md5:${'0'.repeat(32)}`, digest.toUpperCase(), ''])(
    'refuses %s as REFERENCE_INVALID',
    (text) => {
      expect(() => Digest.parseValue(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID' }));
    },
  );

  it.each([1, null, {}, [digest]])('refuses a value that is no string', (value) => {
    expect(() => Digest.parseValue(value)).toThrow(GraphQLError);
  });
});

describe('DateTime', () => {
  it('goes out as ISO 8601 in UTC with milliseconds', () => {
    expect(DateTime.serialize(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(DateTime.serialize(1_767_225_600_123)).toBe('2026-01-01T00:00:00.123Z');
    expect(DateTime.serialize(-1)).toBe('1969-12-31T23:59:59.999Z');
  });

  it.each([Number.NaN, Infinity, 8.64e15 + 1, '2026-01-01T00:00:00Z', null, new Date(0)])(
    'does not let %p out, which is a fault of ours and no GraphQLError',
    (value) => {
      expect(() => DateTime.serialize(value)).toThrow(TypeError);
    },
  );

  it('takes any offset and any precision', () => {
    expect(DateTime.parseValue('1970-01-01T01:00:00.5+01:00')).toBe(500);
    expect(DateTime.parseValue('1970-01-01T00:00:00Z')).toBe(0);
    expect(DateTime.parseValue('1970-01-01T00:00:00.000000001Z')).toBe(0);
    expect(DateTime.parseLiteral(parseValue('"1970-01-01T00:00:01Z"'))).toBe(1000);
  });

  it.each(['yesterday', '2026-01-01', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '0', ''])('refuses %p', (text) => {
    expect(() => DateTime.parseValue(text)).toThrow(/DateTime cannot be .*: expected ISO 8601/);
  });
});

describe('ByteSize', () => {
  it.each([0, 1, 2 ** 31, 2 ** 53 - 1])('passes %d in and out as a number', (size) => {
    expect(ByteSize.serialize(size)).toBe(size);
    expect(ByteSize.parseValue(size)).toBe(size);
    expect(ByteSize.parseLiteral(parseValue(String(size)))).toBe(size);
  });

  it.each([-1, 1.5, 2 ** 53, Number.NaN, Infinity, '1', null])('refuses %p both ways', (size) => {
    expect(() => ByteSize.serialize(size)).toThrow(TypeError);
    expect(() => ByteSize.parseValue(size)).toThrow(GraphQLError);
  });

  it.each(['9007199254740992', '-1', '1.0', '"1"', 'null', 'a'])('refuses the literal %s', (literal) => {
    expect(() => ByteSize.parseLiteral(parseValue(literal))).toThrow(GraphQLError);
  });
});

describe('Cursor', () => {
  it('passes text through', () => {
    expect(Cursor.serialize('abc')).toBe('abc');
    expect(Cursor.parseValue('abc')).toBe('abc');
    expect(Cursor.parseLiteral(parseValue('"abc"'))).toBe('abc');
  });

  it('refuses more than 4 KiB as CURSOR_INVALID', () => {
    expect(Cursor.parseValue('x'.repeat(4096))).toHaveLength(4096);
    expect(() => Cursor.parseValue('x'.repeat(4097))).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    expect(() => Cursor.parseLiteral(parseValue(`"${'x'.repeat(1 << 20)}"`))).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    );
  });

  it.each(['1', 'abc', '{ a: 1 }', 'true'])('refuses the literal %s', (literal) => {
    expect(() => Cursor.parseLiteral(parseValue(literal))).toThrow(GraphQLError);
  });
});
