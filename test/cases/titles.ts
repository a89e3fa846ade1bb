const ids = String.raw`[A-Z]\d{2}(?:, [A-Z]\d{2})*`;
const atStart = new RegExp(`^(${ids}): `);
const inSource = new RegExp(`['"\`](${ids}): `, 'g');

/** The ids of the rows that a title says it holds, at its beginning: `'B01, C03: …'`. */
export function idsOf(title: string): readonly string[] {
  return atStart.exec(title)?.[1]?.split(', ') ?? [];
}

/** The ids that the titles in the source of a test file name, each once. */
export function idsIn(source: string): readonly string[] {
  return [...new Set([...source.matchAll(inSource)].flatMap(([, list = '']) => list.split(', ')))];
}

/** The rows that do not apply, by id, with the reason: the first table of docs/security.md under the heading that says so. */
export function exemptionsIn(page: string): ReadonlyMap<string, string> {
  const [, section = ''] = page.split(/^## Rows that do not apply$/m);
  const [own = ''] = section.split(/^## /m);
  const rows = own.matchAll(/^\| `([A-Z]\d{2})` +\| (.+?) +\|$/gm);
  return new Map([...rows].map(([, id = '', reason = '']) => [id, reason]));
}
