const longest = 60;

/** A value of the file as a message may quote it: on one line, short, and never a credential within a URL. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  const text = JSON.stringify(value).replace(/\/\/.*@/g, '//…@');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
