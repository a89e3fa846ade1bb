import type { GraphQLError } from 'graphql';

/** An event as subscribers are sent it, what a test leaves out being filled in. */
export interface FakeEvent {
  readonly kind: string;
  /** `namespace/stream:tag` in the source `local`, or `registry.example/repository:tag`. */
  readonly subject: string;
  readonly digest: string | null;
  readonly previousDigest: string | null;
  readonly reason: string | null;
}

/** A log of events, and the subscriptions that read it. Cursors are `after-N`, N being the events that came before. */
export interface FakeEvents {
  readonly append: (event?: Partial<FakeEvent>) => void;
  /** Sends RESYNC to whoever subscribes after a cursor of fewer events. */
  readonly expire: (before: number) => void;
  /** Sends BOOKMARK to all who subscribe. */
  readonly bookmark: () => void;
  /** The variables of each subscription, in their order. */
  readonly subscribed: readonly Readonly<Record<string, unknown>>[];
  /** Refuses subscriptions with this error; `undefined` takes that back. */
  readonly refuseWith: (error: GraphQLError | undefined) => void;
}

interface Served extends FakeEvents {
  readonly asOf: () => string;
  readonly refusal: (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[] | undefined;
  readonly resolvers: Readonly<Record<string, { readonly subscribe: (_: unknown, args: Args) => unknown }>>;
  readonly end: () => void;
}

interface Args {
  readonly filter?: Readonly<Record<string, string | readonly string[] | null>> | null;
  readonly after?: string | null;
}

export function createFakeEvents(): Served {
  const log: (Readonly<Record<string, unknown>> & { readonly subject: Readonly<Record<string, string>> | null })[] = [];
  const subscribed: Readonly<Record<string, unknown>>[] = [];
  let error: GraphQLError | undefined;
  let expiredBefore = 0;
  let isOver = false;
  const bells = new Set<() => void>();

  const asOf = (): string => `after-${log.length}`;

  function put(event: object): void {
    const cursor = `after-${log.length + 1}`;
    const observedAt = new Date(Date.UTC(2024, 0, 1, 0, 0, log.length)).toISOString();
    log.push({
      ...{ id: `event-${log.length}`, cursor, observedAt, revision: null, subject: null, digest: null },
      ...{ previousDigest: null, cause: null, coalesced: false, reason: null, scope: null },
      ...event,
    });
    ring();
  }

  function ring(): void {
    const waiting = [...bells];
    bells.clear();
    for (const wake of waiting) wake();
  }

  async function* read(field: string, { filter, after }: Args): AsyncGenerator {
    let position = after == null ? log.length : Number(after.replace('after-', ''));
    if (position < expiredBefore) {
      position = log.length;
      const resync = { id: 'resync', cursor: asOf(), kind: 'RESYNC', observedAt: '2024-01-01T00:00:00.000Z' };
      yield { [field]: { ...resync, coalesced: false, reason: 'CURSOR_EXPIRED', scope: 'local/shop/*:*' } };
    }
    while (!isOver) {
      const event = log[position];
      if (event === undefined) {
        await new Promise<void>((resolve) => bells.add(resolve));
        continue;
      }
      position += 1;
      if (matches(event, filter ?? {})) yield { [field]: event };
    }
  }

  return {
    append: ({ subject = 'shop/api:prod', ...event } = {}) => {
      const revision = log.filter((other) => other.subject?.['text']?.endsWith(subject)).length + 1;
      put({ kind: 'MOVED', cause: 'IMPORT', revision, subject: subjectOf(subject), ...event });
    },
    expire: (before) => {
      expiredBefore = before;
    },
    bookmark: () => {
      put({ kind: 'BOOKMARK' });
    },
    subscribed,
    refuseWith: (given) => {
      error = given;
    },
    asOf,
    refusal: (variables) => {
      subscribed.push(variables);
      return error && [error];
    },
    resolvers: Object.fromEntries(
      ['tagEvents', 'imageStreamTagEvents'].map((field) => [
        field,
        { subscribe: (_: unknown, args: Args) => read(field, args) },
      ]),
    ),
    end: () => {
      isOver = true;
      ring();
    },
  };
}

function subjectOf(text: string): Readonly<Record<string, string>> {
  const [, path = '', tag = ''] = /^(.*):([^:]*)$/.exec(text) ?? [];
  const [first = '', ...rest] = path.split('/');
  if (first.includes('.')) return { registry: first, repository: rest.join('/'), tag, text };
  return { source: 'local', namespace: first, imageStream: rest.join('/'), tag, text: `local/${text}` };
}

function matches(
  { kind, subject }: Readonly<Record<string, unknown>> & { readonly subject: Readonly<Record<string, string>> | null },
  { kinds, ...names }: NonNullable<Args['filter']>,
): boolean {
  if (subject === null) return true;
  if (kinds != null && !kinds.includes(String(kind))) return false;
  return Object.entries(names).every(
    ([name, wanted]) => wanted === null || globbed(String(wanted)).test(subject[name] ?? '\0'),
  );
}

function globbed(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+^$()|[\]{}\\]/g, '\\$&').replace(/\*+/g, '[^\\0]*')}$`);
}
