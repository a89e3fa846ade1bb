/** Tags by name, in the order of their characters, or by the version that they name. */
export type TagOrderField = 'NAME' | 'VERSION';

/** For versions, DESC is newest first. */
export type OrderDirection = 'ASC' | 'DESC';

/** Tags in order: a new list. By version as {@link compareTagVersions} says. */
export function orderTags<Name extends string>(
  names: readonly Name[],
  field: TagOrderField,
  direction: OrderDirection,
): Name[] {
  const ordered =
    field === 'NAME'
      ? names.toSorted(compareText)
      : names
          .map((name) => ({ name, key: newestFirstKey(name) }))
          .sort((a, b) => compareText(a.key, b.key) || compareText(a.name, b.name))
          .map(({ name }) => name);
  return (field === 'NAME') === (direction === 'ASC') ? ordered : ordered.reverse();
}

/**
 * Compares tags by the versions that they name: negative where the first is older. Newest first that reads: by number
 * (1.10, v1.9, 1.9-alpine); within a number the plain tag, builds (the higher first), variants by name, then pre-releases
 * (rc, beta, alpha); after them tags whose version follows a word (jammy-20240101), word by word; last those with none
 * (latest). A total order: different tags never compare as equal.
 */
export function compareTagVersions(a: string, b: string): number {
  return compareText(newestFirstKey(b), newestFirstKey(a)) || compareText(b, a);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Texts whose order is that of the tags, newest first. Comparing such keys is a total order by construction, which rules
 * over pairs of tags hardly ever are, and quick for a hundred thousand tags.
 */
function newestFirstKey(name: string): string {
  if (isCommit(name)) return `${rank.noVersion}${name}`;
  const [, word = '', numbers, rest = ''] = /^([^\d]*)(\d+(?:\.\d+)*)(.*)$/s.exec(name) ?? [];
  if (numbers === undefined) return `${rank.noVersion}${name}`;
  const place = /^v?$/i.test(word) ? rank.version : `${rank.wordedVersion}${word.toLowerCase()}${wordEnd}`;
  return `${place}${numbersKey(numbers)}${suffixKey(rest)}`;
}

const rank = { version: '0', wordedVersion: '1', noVersion: '2' } as const;

/** Hashes of commits say nothing about what is newer, though some begin with a digit. */
function isCommit(name: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(name) && /[a-f]/.test(name);
}

/** Higher numbers have lower keys; 1.10 is 1.10.0; and 1.10.1 comes before 1.10. */
function numbersKey(numbers: string): string {
  const parts = numbers.replace(/(?:\.0+)+$/, '').split('.');
  return `${parts.map(numberKey).join('')}${numbersEnd}`;
}

/** Longer numbers first, then the higher: digits are turned round, and long numbers never go through a floating point one. */
function numberKey(digits: string): string {
  const significant = digits.startsWith('0') ? digits.replace(/^0+/, '') : digits;
  const size = significant.length;
  const length = String.fromCharCode(longestNumber - Math.min(size, 0x7f));
  if (size > 15) return `${length}${significant.replace(/\d/g, turned)}`;
  return `${length}${size === 0 ? '' : String(10 ** size - 1 - Number(significant)).padStart(size, '0')}`;
}

function turned(digit: string): string {
  return '9876543210'.charAt(Number(digit));
}

/** Keys of numbers begin with a character up to this one, by their length; the end of the numbers is above them all. */
const longestNumber = 0x180;
const numbersEnd = '\u0200';

/** What may stand in a suffix, in the order wanted. */
const suffix = { end: '\u0001', number: '\u0002', word: '\u0003', preRelease: '\u0004' } as const;
const wordEnd = '\u0000';

/** Stages before a release, newest first. */
const stages: readonly (readonly string[])[] = [
  ['rc', 'cr'],
  ['pre', 'preview', 'ea', 'm', 'milestone'],
  ['beta'],
  ['alpha'],
  ['dev', 'snapshot', 'nightly', 'canary', 'edge'],
];

const stageOf: ReadonlyMap<string, number> = new Map(
  stages.flatMap((words, stage) => words.map((word) => [word, stage])),
);

function suffixKey(rest: string): string {
  // Python writes pre-releases as 3.13.0a4 and 3.13.0b1.
  const spelled = rest.replace(/^a(?=\d)/i, 'alpha').replace(/^b(?=\d)/i, 'beta');
  const keys = (spelled.toLowerCase().match(/\d+|[^\d\W_]+/g) ?? []).map(tokenKey);
  return `${keys.join('')}${suffix.end}`;
}

function tokenKey(token: string): string {
  if (/^\d/.test(token)) return `${suffix.number}${numberKey(token)}`;
  const stage = stageOf.get(token);
  return stage === undefined ? `${suffix.word}${token}${wordEnd}` : `${suffix.preRelease}${String(stage)}`;
}
