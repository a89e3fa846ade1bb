import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

/** An object of a JSON document. Its keys are whatever the document holds, `__proto__` too: read it by the functions here. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Deeper than any manifest or configuration is; parsers that recurse stay far from their limits. */
const maxDepth = 64;

/**
 * Reads the bytes of a JSON document whose top is an object; a byte order mark is let pass. Documents that parsers read
 * differently are refused: invalid UTF-8, a name twice in one object (RFC 8259 §4), more than 64 levels. `what` names the
 * document in messages. Throws UPSTREAM_INVALID.
 */
export function readJsonObject(bytes: Uint8Array, what: string): JsonObject {
  const text = decode(bytes, what);
  refuseDeepAndDoubled(text, what);
  const value = parse(text, what);
  if (!isObject(value)) throw invalid(`${what} is not a JSON object but ${describe(value)}`);
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid(`${what} is not JSON: its bytes are not UTF-8`);
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${what} is not JSON: it begins with ${quote(text.slice(0, 40))}`);
  }
}

/**
 * Looks through the text once, without recursion, before it is parsed. It need not be valid JSON: what this takes for a
 * name in an invalid document does not matter, as the parser refuses it next.
 */
function refuseDeepAndDoubled(text: string, what: string): void {
  /** For each level that is open: the names of its object so far; `undefined` for a list. */
  const open: (Set<string> | undefined)[] = [];
  /** One set for each level, used again: documents have many more objects than levels. */
  const spare: Set<string>[] = [];
  let nameExpected = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    switch (character) {
      case '"': {
        const end = endOfString(text, at);
        if (nameExpected) remember(text.slice(at, end + 1), open.at(-1), what);
        nameExpected = false;
        at = end;
        break;
      }
      case '{':
      case '[':
        if (open.length === maxDepth) throw invalid(`${what} is nested more than ${String(maxDepth)} levels deep`);
        nameExpected = character === '{';
        open.push(nameExpected ? emptySet(spare, open.length) : undefined);
        break;
      case '}':
      case ']':
        open.pop();
        nameExpected = false;
        break;
      case ',':
        nameExpected = open.at(-1) !== undefined;
        break;
    }
  }
}

function emptySet(spare: Set<string>[], level: number): Set<string> {
  const set = (spare[level] ??= new Set());
  if (set.size > 0) set.clear();
  return set;
}

/** Where the string that begins at a quote ends: at the next quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function remember(literal: string, names: Set<string> | undefined, what: string): void {
  const name = literal.includes('\\') ? String(parse(literal, what)) : literal.slice(1, -1);
  if (names?.has(name) === true) throw invalid(`${what} is ambiguous: an object holds the name ${quote(name)} twice`);
  names?.add(name);
}

/** The failure to understand what a registry sent. */
export function invalid(message: string): GatewayError<'UPSTREAM_INVALID'> {
  return new GatewayError('UPSTREAM_INVALID', message, {});
}

/** Whether a value of a document is an object, neither list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a field; `undefined` where it is missing or null, which Go writes for empty collections. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** A field that is text if it is there. `at` says where the object stands. Throws UPSTREAM_INVALID. */
export function optionalText(object: JsonObject, name: string, at: string): string | undefined {
  const value = field(object, name);
  if (value === undefined || typeof value === 'string') return value;
  throw unexpected(`${at}.${name}`, 'text', value);
}

/** A field that is an object if it is there. Throws UPSTREAM_INVALID. */
export function optionalObject(object: JsonObject, name: string, at: string): JsonObject | undefined {
  const value = field(object, name);
  if (value === undefined || isObject(value)) return value;
  throw unexpected(`${at}.${name}`, 'an object', value);
}

/** A field that is a list; empty where it is missing or null. Throws UPSTREAM_INVALID. */
export function list(object: JsonObject, name: string, at: string): readonly unknown[] {
  const value = field(object, name);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw unexpected(`${at}.${name}`, 'a list', value);
}

/** A field that is a list of texts; empty where it is missing or null. Throws UPSTREAM_INVALID. */
export function textList(object: JsonObject, name: string, at: string): readonly string[] {
  return list(object, name, at).map((value, index) => {
    if (typeof value === 'string') return value;
    throw unexpected(`${at}.${name}[${String(index)}]`, 'text', value);
  });
}

/** A field whose names have texts, in the order of the document; empty where it is missing or null. Throws UPSTREAM_INVALID. */
export function textMap(object: JsonObject, name: string, at: string): ReadonlyMap<string, string> {
  const entries = Object.entries(optionalObject(object, name, at) ?? {});
  return new Map(
    entries.map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      if (value === null) return [key, ''];
      throw unexpected(`${at}.${name}[${quote(key)}]`, 'text', value);
    }),
  );
}

/** The failure of a value that is not what it should be. */
export function unexpected(at: string, wanted: string, value: unknown): GatewayError<'UPSTREAM_INVALID'> {
  return invalid(`${at} is ${describe(value)}: expected ${wanted}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}
