import type { Random } from './random.ts';

/** No input is longer, in characters: what is longer is refused by its size, which other tests hold. */
const longest = 48 * 1024;

/** What has broken parsers before: signs that end or escape, names of JavaScript's own, numbers without end, deep nesting. */
const hostile: readonly string[] = [
  ...['\0', '\r\n', '\u2028', '\ud800', '\ufeff', '\u202e', '\u001b[31m', 'ä', '．．', '%00', '%2e%2e', '../', '//'],
  ...[
    '"',
    "'",
    '\\',
    '\\u',
    '\\ud800',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '(',
    ')',
    ',',
    ';',
    ':',
    '=',
    '@',
    '#',
    '$',
    '&',
    '*',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'true', 'NaN'],
  ...['-1', '-0', '1e999', '0x10', '9007199254740993', '9'.repeat(400), '00'],
  ...['[['.repeat(50), '{"a":'.repeat(50), '(('.repeat(50), '{a'.repeat(50), 'a/'.repeat(200), 'a.'.repeat(200)],
  ...['A'.repeat(300), ' '.repeat(2000), '\t'.repeat(2000), '="'.repeat(500), ', '.repeat(500), '\\"'.repeat(500)],
];

/** What may stand in the place of any value of JSON. */
const values: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', '\0', '__proto__', 'sha256:', 'a'.repeat(500)],
  ...[[], [[]], {}, [null], { toString: 1 }, { length: 1e9 }, Array.from({ length: 200 }, () => 'x')],
];

/** A text made of one of the samples, broken in one to six places. `words` are those of the language that it is in. */
export function mutate(random: Random, samples: readonly string[], words: readonly string[]): string {
  let text = random.pick(samples);
  for (let left = 1 + random.below(6); left > 0; left -= 1) {
    text = breakOnce(random, text, samples, words).slice(0, longest);
  }
  return text;
}

function breakOnce(random: Random, text: string, samples: readonly string[], words: readonly string[]): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.below(random.pick([4, 40, 400])));
  const [before, span, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)];
  switch (random.below(8)) {
    case 0:
      return before + after;
    case 1:
      return before + span.repeat(random.pick([2, 3, 20, 300])) + after;
    case 2:
      return before + random.pick(hostile) + span + after;
    case 3:
      return before + random.pick(words) + span + after;
    case 4:
      return before + random.pick(samples).slice(random.below(40));
    case 5:
      return before + String.fromCharCode(random.below(random.pick([128, 0x1_0000]))) + text.slice(at + 1);
    case 6:
      return before + random.pick(words) + after;
    default:
      return breakJson(random, text) ?? before;
  }
}

/** The same JSON with something else in one place; `undefined` for what is no JSON. */
function breakJson(random: Random, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return JSON.stringify(replaced(random, value));
}

function replaced(random: Random, value: unknown): unknown {
  const entries: readonly (readonly [string, unknown])[] =
    typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || random.next() < 0.15) return random.pick(values);
  const index = random.below(entries.length);
  const broken = entries.flatMap(([key, inner], place) => {
    if (place !== index) return [[key, inner] as const];
    if (random.next() < 0.1) return [];
    return [[random.next() < 0.1 ? random.pick(hostile) : key, replaced(random, inner)] as const];
  });
  return Array.isArray(value) ? broken.map(([, inner]) => inner) : Object.fromEntries(broken);
}
