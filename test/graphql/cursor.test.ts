import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCursorCodec } from '../../src/graphql/cursor.ts';

const key = new Uint8Array(32).fill(7);
const codec = createCursorCodec(key);

interface Position {
  readonly token: string;
}

function isPosition(value: unknown): value is Position {
  return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string';
}

function isAnything(value: unknown): value is unknown {
  return value !== undefined;
}

const invalid = expect.objectContaining({
  code: 'CURSOR_INVALID',
  message:
    'the cursor was not made by this gateway for this field: pass one from its pageInfo or edges unchanged, or begin without one',
  details: {},
});

describe('cursors', () => {
  it('hold any position that is sealed in them', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ maxDepth: 3 }), (kind, value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(codec.open(kind, codec.seal(kind, value as string), isAnything)).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('show nothing of the position, and differ each time', () => {
    const one = codec.seal('tags', { token: 'secret-position' });
    expect(one).toMatch(/^[\w-]+$/);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('secret');
    expect(codec.seal('tags', { token: 'secret-position' })).not.toBe(one);
  });

  it('are invalid when any bit is flipped, any sign exchanged, or any part cut off', () => {
    const text = codec.seal('tags', { token: 'x' });
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => codec.open('tags', flipped.toString('base64url'), isPosition)).toThrow(invalid);
    }
    for (let at = 0; at < text.length; at += 1) {
      const exchanged = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(() => codec.open('tags', exchanged, isPosition)).toThrow(invalid);
      expect(() => codec.open('tags', text.slice(0, at), isPosition)).toThrow(invalid);
    }
  });

  it('have one spelling', () => {
    const text = codec.seal('tags', { token: 'x' });
    for (const other of [` ${text}`, `${text}=`, `${text}\n`, `${text}AAAA`, text.replace(/./, '$&!')]) {
      expect(() => codec.open('tags', other, isPosition)).toThrow(invalid);
    }
  });

  it('are invalid for another field, with another key, and of another form', () => {
    const text = codec.seal('tags docker.io/a', { token: 'x' });
    expect(codec.open('tags docker.io/a', text, isPosition)).toEqual({ token: 'x' });
    expect(() => codec.open('tags docker.io/b', text, isPosition)).toThrow(invalid);
    expect(() => createCursorCodec(new Uint8Array(32)).open('tags docker.io/a', text, isPosition)).toThrow(invalid);
    expect(() => codec.open('tags', codec.seal('tags', { sequence: 1 }), isPosition)).toThrow(invalid);
  });

  it('are invalid, and nothing worse, whatever the text', () => {
    for (const text of ['', 'x', '💥', '\0', '__proto__', 'A'.repeat(4096), 'A'.repeat(4097), 'A'.repeat(1 << 20)]) {
      expect(() => codec.open('tags', text, isPosition)).toThrow(invalid);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => codec.open('tags', text, isPosition)).toThrow(invalid);
      }),
      { numRuns: 200 },
    );
  });

  it('are not made of positions that would be too long to be taken back', () => {
    expect(codec.open('tags', codec.seal('tags', { token: 'x'.repeat(3000) }), isPosition).token).toHaveLength(3000);
    expect(() => codec.seal('tags', { token: 'x'.repeat(3100) })).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_INVALID' }),
    );
  });

  it('want a key of 32 bytes', () => {
    expect(() => createCursorCodec(new Uint8Array(16))).toThrow('a cursor key has 32 bytes, not 16');
  });
});
