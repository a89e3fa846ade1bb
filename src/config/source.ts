import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
} from 'yaml';
import type { Finding } from './finding.ts';
import type { ConfigProblem } from './model.ts';
import { pathText } from './finding.ts';

/** A YAML file that was read: its value and where each part of it stands. */
export interface Source {
  /** Plain data; `undefined` where the text is not YAML enough to go on. */
  readonly value: unknown;
  /** What is wrong with the text as YAML. */
  readonly problems: readonly ConfigProblem[];
  /** Gives a finding its place in the file. */
  readonly place: (finding: Finding) => ConfigProblem;
}

const tooDeep = 'is nested too deep to be read: a configuration has a few levels';

/** Messages of our own: those of the parser quote the text, which may be a secret. */
const messages: Readonly<Record<string, string>> = {
  BAD_INDENT: 'is not indented as its neighbours are: line the keys of a group up, with spaces',
  DUPLICATE_KEY: 'stands twice in its group: keep one',
  MISSING_CHAR: 'misses a sign: look for an open quote, bracket or brace, or a colon without a space behind it',
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  RESOURCE_EXHAUSTION: tooDeep,
  MULTIPLE_DOCS: 'begins a second document: keep one, without ---',
};

/** Takes a YAML text apart. */
export function readSource(text: string): Source {
  try {
    return readDocument(text);
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    const place = (finding: Finding) => ({ ...nowhere, path: pathText(finding.path), message: finding.message });
    return { value: undefined, problems: [{ ...nowhere, path: '', message: tooDeep }], place };
  }
}

const nowhere = { line: undefined, column: undefined };

function readDocument(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problems = [...document.errors, ...document.warnings].map((error) => yamlProblem(error, lines));
  const place = (finding: Finding) => {
    const offset = offsetOf(document, finding);
    return { path: pathText(finding.path), message: finding.message, ...positionOf(lines, offset) };
  };
  const isReadable = document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  if (!isReadable) return { value: undefined, problems, place };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {}, problems, place };
  } catch {
    return { value: undefined, problems: [...problems, aliasProblem(document, lines)], place };
  }
}

/** Aliases are followed only where plain data is made, and the parser's own words there quote them. */
function aliasProblem(document: Document, lines: LineCounter): ConfigProblem {
  let lost: number | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      lost = alias.range?.[0];
      return visit.BREAK;
    },
  });
  const message =
    lost === undefined
      ? 'repeats too much through its aliases (*name): write it out'
      : 'has an alias (*name) for which there is no anchor (&name) before: put text that begins with * in quotes';
  return { path: '', message, ...positionOf(lines, lost) };
}

function yamlProblem(error: YAMLError, lines: LineCounter): ConfigProblem {
  const message = messages[error.code] ?? `is not YAML (${error.code}): mend the text here or just before`;
  return { path: '', message, ...positionOf(lines, error.pos[0]) };
}

function positionOf(lines: LineCounter, offset: number | undefined) {
  if (offset === undefined) return { line: undefined, column: undefined };
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where the finding stands; where its key is missing, the group that misses it. */
function offsetOf(document: Document, { path, atKey }: Finding): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    const { key, value } = inner(isAlias(node) ? node.resolve(document) : node, part);
    if (value === undefined) return offset;
    const isWanted = atKey === true && depth === path.length - 1;
    offset = (isWanted ? startOf(key) : startOf(value)) ?? startOf(key) ?? offset;
    node = value;
  }
  return offset;
}

function inner(node: unknown, part: string | number): { readonly key?: unknown; readonly value?: unknown } {
  if (isSeq(node)) return { value: node.items[Number(part)] };
  if (!isMap(node)) return {};
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === part) ?? {};
}

function startOf(node: unknown): number | undefined {
  const isNode = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
  return isNode ? node.range?.[0] : undefined;
}
