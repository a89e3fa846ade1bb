import { coalesceHints, type Hint } from '../domain/hint.ts';
import { quote } from '../domain/quote.ts';
import { isRepositoryName, isTagName } from '../domain/reference.ts';

/** The headers of a request, by their names in lower case, as node:http gives them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What was sent to a registry's webhook. That its sender is known makes it a rumour, not a fact. */
export interface Delivery {
  readonly headers: Headers;
  /** The body, any JSON. */
  readonly body: unknown;
  /** The hosts that mean the registry: its name, its aliases and where it is reached. */
  readonly names: readonly string[];
}

/**
 * What a delivery comes to:
 * - `hints`: at least one, at most 100; `ignored` says what else it held
 * - `ignored`: it is understood, and of no interest
 * - `refused`: it is not of the format, or about something else; `why` says what to configure
 */
export type Reading =
  { readonly kind: 'hints'; readonly hints: readonly Hint[]; readonly ignored: string | undefined } | NoHint;

/** Why there is no hint. */
export interface NoHint {
  readonly kind: 'ignored' | 'refused';
  readonly why: string;
}

/** Reads the deliveries of one format. Never throws. */
export type ReadDelivery = (delivery: Delivery) => Reading;

/** What one entry of a delivery comes to. */
export type Entry = { readonly kind: 'hint'; readonly hint: Hint } | NoHint;

/** How many hints a delivery may come to; beyond, whole repositories are looked at. */
const mostHints = 100;
/** How many entries of a delivery are read: more than any sender puts into one, and few enough to be read at once. */
const mostEntries = 1_000;

/** Of no interest. */
export function ignored(why: string): NoHint {
  return { kind: 'ignored', why };
}

/** Not what it should be. */
export function refused(why: string): NoHint {
  return { kind: 'refused', why };
}

/** The hint about a tag, or about the whole repository where none is named. */
export function hintAt(repository: string, tag: string | undefined): Entry {
  if (!isRepositoryName(repository)) return refused(`${quote(repository)} is not the name of a repository`);
  if (tag !== undefined && !isTagName(tag)) return refused(`${quote(tag)} is not a tag`);
  return { kind: 'hint', hint: { repository, tag } };
}

/** Reads the entries of a delivery. What cannot be read keeps nothing else from being read. */
export function readEntries(values: readonly unknown[], read: (value: unknown) => Entry): Reading {
  const entries = values.slice(0, mostEntries).map(read);
  const hints = entries.flatMap((entry) => (entry.kind === 'hint' ? [entry.hint] : []));
  const others = entries.flatMap((entry) => (entry.kind === 'hint' ? [] : [entry]));
  if (hints.length === 0) {
    // What is of no interest among what cannot be read: that the delivery is understood, and sending it again no use.
    return others.find(({ kind }) => kind === 'ignored') ?? others[0] ?? ignored('it holds no change');
  }
  const repositories = new Set(hints.map(({ repository }) => repository)).size;
  const left = [
    ...(others[0] === undefined
      ? []
      : [`${others.length} of ${entries.length} entries, the first since ${others[0].why}`]),
    ...(values.length > mostEntries ? [`what comes after ${mostEntries} entries`] : []),
    ...(repositories > mostHints ? [`what comes after ${mostHints} repositories`] : []),
  ];
  return {
    kind: 'hints',
    hints: coalesceHints(hints, mostHints),
    ignored: left.length === 0 ? undefined : left.join('; '),
  };
}

/** A text of a document, where it is there and says something: Go writes empty texts for what is missing. */
export function said(text: string | null | undefined): string | undefined {
  return text === '' ? undefined : (text ?? undefined);
}

/** A header, where it was sent once. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
