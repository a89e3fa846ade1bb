import { expect, it } from '@jest/globals';
import { oneLine } from '../../src/lib/one-line.ts';

it('writes control signs as escapes and leaves the rest alone', () => {
  expect(oneLine('a\nb\r\u001b[31m\u0085\u2028é "q"')).toBe('a\\u000ab\\u000d\\u001b[31m\\u0085\\u2028é "q"');
});
