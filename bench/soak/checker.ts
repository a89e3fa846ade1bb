/**
 * Judges what happened to events, from three accounts that know nothing of each other: what the registry's tags were
 * pointed at, what is in the log of the store, and what each client heard. Shares no code with what it judges.
 */

/** An event of one tag, as the log holds it or a client heard it. */
export interface Told {
  /** The tag, in words: its reference, or `source/namespace/stream:tag`. */
  readonly subject: string;
  readonly kind: string;
  readonly revision: number;
  readonly digest: string | null;
}

/** One client: every subscription that it opened, with what it heard there, in order. */
export interface Client {
  readonly name: string;
  /** Whether it subscribed to events of a subject. */
  readonly covers: (subject: string) => boolean;
  readonly subscriptions: readonly (readonly Heard[])[];
}

export type Heard = ({ readonly what: 'event' } & Told) | { readonly what: 'resync'; readonly reason: string };

export interface Account {
  /** What each subject pointed at, oldest first; `null` where it was gone. */
  readonly truth: ReadonlyMap<string, readonly (string | null)[]>;
  /** The log, in its own order, with its positions. */
  readonly committed: readonly (Told & { readonly sequence: number })[];
  readonly clients: readonly Client[];
}

/** Everything that should not be; empty where all is well. */
export function faultsIn({ truth, committed, clients }: Account): readonly string[] {
  const known = new Map(committed.map((event) => [keyOf(event), event]));
  return [...faultsInLog(truth, committed), ...clients.flatMap((client) => faultsOfClient(client, known))];
}

function faultsInLog(truth: Account['truth'], committed: Account['committed']): readonly string[] {
  const faults: string[] = [];
  const revisions = new Map<string, number>();
  const last = new Map<string, string | null>();
  committed.forEach((event, index) => {
    const expected = (committed[0]?.sequence ?? 1) + index;
    if (event.sequence !== expected) faults.push(`the log has ${event.sequence} where ${expected} should be`);
    const revision = (revisions.get(event.subject) ?? 0) + 1;
    if (event.revision !== revision) faults.push(`${nameOf(event)} should have revision ${revision}`);
    revisions.set(event.subject, event.revision);
    last.set(event.subject, event.digest);
    if (event.digest !== null && truth.get(event.subject)?.includes(event.digest) !== true) {
      faults.push(`${nameOf(event)} says ${event.digest}, which was never there`);
    }
  });
  for (const [subject, were] of truth) {
    const is = were.at(-1) ?? null;
    const said = last.get(subject);
    // Events begin with what happens after the first look, so a subject that never moved has none.
    if (said !== undefined && said !== is) faults.push(`${subject} is at ${is}, but its last event says ${said}`);
    if (said === undefined && new Set(were).size > 1) faults.push(`${subject} moved, but has no event`);
  }
  return faults;
}

type Committed = Account['committed'][number];

function faultsOfClient(
  { name, covers, subscriptions }: Client,
  known: ReadonlyMap<string, Committed>,
): readonly string[] {
  const faults: string[] = [];
  const heard = new Set<string>();
  subscriptions.forEach((subscription, index) => {
    const highest = new Map<string, number>();
    for (const one of subscription) {
      if (one.what === 'resync') {
        faults.push(`${name} was told to begin again (${one.reason}) in subscription ${index + 1}`);
        continue;
      }
      const before = highest.get(one.subject) ?? 0;
      if (one.revision <= before) faults.push(`${name} heard ${nameOf(one)} after revision ${before}`);
      highest.set(one.subject, Math.max(before, one.revision));
      heard.add(keyOf(one));
      const stored = known.get(keyOf(one));
      if (stored === undefined) faults.push(`${name} heard ${nameOf(one)}, which is not in the log`);
      else if (stored.digest !== one.digest || stored.kind !== one.kind)
        faults.push(`${name} heard ${nameOf(one)} otherwise than the log has it`);
    }
  });
  for (const [key, event] of known) {
    if (covers(event.subject) && !heard.has(key))
      faults.push(`${name} never heard ${nameOf(event)} at ${event.sequence}`);
  }
  return faults;
}

function keyOf({ subject, revision }: Told): string {
  return `${subject} ${revision}`;
}

function nameOf({ subject, kind, revision }: Told): string {
  return `${kind} ${revision} of ${subject}`;
}
