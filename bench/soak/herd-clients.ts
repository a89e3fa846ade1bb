import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import { answerParent } from '../child.ts';

/** Queries that are all sent at once, each by a connection of its own. */
export interface HerdQuestion {
  readonly origin: string;
  readonly query: string;
  /** The `$reference` of each. */
  readonly references: readonly string[];
}

/** What came back. */
export interface HerdAnswer {
  /** How many different answers there were, apart from what they cost. */
  readonly different: number;
  /** How many were whole, and how many of the others had which code. */
  readonly whole: number;
  readonly codes: Readonly<Record<string, number>>;
  /** How long the slowest took, in milliseconds. */
  readonly ms: number;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

answerParent(0, async (asked) => {
  const { origin, query, references } = asked as HerdQuestion;
  const pool = new Pool(origin, { connections: references.length, pipelining: 1 });
  const begunAt = performance.now();
  const bodies = await Promise.all(
    references.map(async (reference) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query, variables: { reference } });
      const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
      return answer.body.text();
    }),
  );
  const ms = performance.now() - begunAt;
  await pool.close();
  const codes: Record<string, number> = {};
  const seen = new Set<string>();
  let whole = 0;
  for (const text of bodies) {
    const { data, errors } = JSON.parse(text) as Body;
    seen.add(
      createHash('sha256')
        .update(JSON.stringify([data, errors]))
        .digest('hex'),
    );
    if (errors === undefined) whole += 1;
    else for (const code of codesOf(errors)) codes[code] = (codes[code] ?? 0) + 1;
  }
  return { different: seen.size, whole, codes, ms };
});

function codesOf(errors: NonNullable<Body['errors']>): ReadonlySet<string> {
  return new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'));
}
