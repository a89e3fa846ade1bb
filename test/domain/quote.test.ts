import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quote } from '../../src/domain/quote.ts';

describe('text from outside in a message', () => {
  it('stands in quotes, with what is invisible escaped', () => {
    expect(quote('a"b\u0000\n\u007f\u202e\u2028é')).toBe('"a\\"b\\u0000\\n\\u007f\\u202e\\u2028é"');
    expect(quote('\ud83d')).toBe('"\\ud83d"');
  });

  it('is cut to 200 characters, saying so', () => {
    expect(quote('a'.repeat(200))).toBe(`"${'a'.repeat(200)}"`);
    expect(quote('a'.repeat(201))).toBe(`"${'a'.repeat(200)}…"`);
  });

  it('is one line of visible characters, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(quote(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(quote(text.slice(0, 200)))).toBe(text.slice(0, 200));
      }),
    );
  });
});
