import { stringify } from 'yaml';

/**
 * What templates reckon with. Whole numbers that Go takes for `int`, literals and what `int` makes, are `bigint`; those of values files,
 * which Helm has as `float64`, are `number`: Go compares no two of different types, and neither do we.
 */
export type Value = undefined | boolean | number | bigint | string | readonly Value[] | Group | Method;
export interface Group {
  readonly [key: string]: Value;
}
export type Method = (...values: readonly Value[]) => Value;

/** `fail` and `required` end the rendering with these words, as Helm shows them. */
export class ChartFailure extends Error {}

/** Whether `if` takes it for true. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isGroup(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isGroup(value: Value): value is Group {
  return typeof value === 'object' && !isList(value);
}

/** The functions of Go's templates and of Helm that the chart uses, and no others. `include` is the renderer's own. */
export const functions: Readonly<Record<string, Method>> = {
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (...values) => values.find(isTrue) ?? values.at(-1),
  not: (value) => !isTrue(value),
  eq: (left, right) => isSame(left, right),
  ne: (left, right) => !isSame(left, right),
  gt: (left, right) => whole(left) > whole(right),
  int: (value) => BigInt(Number(value)),
  default: (otherwise, value) => (isTrue(value) ? value : otherwise),
  required: (message, value) => {
    if (value === undefined || value === '') throw new ChartFailure(text(message));
    return value;
  },
  fail: (message) => {
    throw new ChartFailure(text(message));
  },
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  regexMatch: (pattern, value) => new RegExp(text(pattern)).test(text(value)),
  trimSuffix: (suffix, value) => {
    const [end, whole] = [text(suffix), text(value)];
    return whole.endsWith(end) ? whole.slice(0, whole.length - end.length) : whole;
  },
  trunc: (length, value) => text(value).slice(0, Number(whole(length))),
  quote: (value) => JSON.stringify(text(value)),
  printf: (format, ...values) => print(text(format), values),
  nindent: (width, value) => `\n${text(value).replaceAll(/^/gm, ' '.repeat(Number(whole(width))))}`,
  toYaml: (value) => stringify(value, { lineWidth: 0 }).trimEnd(),
  toJson: (value) => JSON.stringify(value),
  list: (...values) => values,
  append: (values, value) => [...list(values), value],
  concat: (...lists) => lists.flatMap(list),
  uniq: (values) => [...new Set(list(values))],
  has: (value, values) => list(values).includes(value),
  hasKey: (value, key) => Object.hasOwn(group(value), text(key)),
  dict: (...values) => {
    const pairs = values.flatMap((key, index) => (index % 2 === 0 ? [[text(key), values[index + 1]] as const] : []));
    return Object.fromEntries(pairs);
  },
};

/** How an action shows what it came to. */
export function shown(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new Error(`a template prints ${JSON.stringify(value)}, which Go would in a way of its own: use int or toYaml`);
}

function isSame(left: Value, right: Value): boolean {
  if (typeof left !== typeof right) throw new Error(`a template compares ${typeof left} with ${typeof right}`);
  return left === right;
}

function print(format: string, values: readonly Value[]): string {
  const left = [...values];
  const printed = format.replaceAll(/%(.)/g, (_, sign: string) => {
    if (sign === 's') return text(left.shift());
    if (sign === 'd') return String(whole(left.shift()));
    throw new Error(`printf has %${sign}, which is not understood here`);
  });
  if (left.length > 0) throw new Error(`printf ${format} has too many values`);
  return printed;
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw new Error(`a template has ${typeof value} where a text belongs`);
}

function whole(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  throw new Error(`a template has ${typeof value} where an int belongs`);
}

function list(value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new Error(`a template has ${typeof value} where a list belongs`);
}

function group(value: Value): Group {
  if (isGroup(value)) return value;
  throw new Error(`a template has ${typeof value} where a dictionary belongs`);
}
