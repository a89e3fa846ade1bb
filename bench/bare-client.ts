import { Pool } from 'undici';
import { answerParent } from './child.ts';
import type { SeenRequest } from './upstream.ts';

/** What the bare client is to do. */
export interface BareRun {
  readonly origin: string;
  readonly connections: number;
  /** The requests of each level; a level begins when the one before has ended. */
  readonly levels: readonly (readonly SeenRequest[])[];
}

/**
 * What any program would do that knew all requests beforehand: send them by undici, level by level, and read the bodies,
 * of which it makes nothing. In a process of its own, which is as cold as a gateway that has just been started. Answers
 * the milliseconds from the first request to the end of the last body.
 */
answerParent(0, async (question) => {
  const { origin, connections, levels } = question as BareRun;
  const startedAt = performance.now();
  const pool = new Pool(origin, { connections, pipelining: 1 });
  for (const level of levels) await Promise.all(level.map((request) => send(pool, request)));
  const took = performance.now() - startedAt;
  await pool.close();
  return took;
});

async function send(pool: Pool, { method, path, headers }: SeenRequest): Promise<void> {
  const isHead = method === 'HEAD';
  // undici gives up an HTTP/1.1 connection after every HEAD unless told otherwise.
  const options = { method: isHead ? 'HEAD' : 'GET', path, headers, ...(isHead ? { reset: false } : {}) } as const;
  const answer = await pool.request(options);
  await answer.body.arrayBuffer();
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} was answered with ${answer.statusCode}`);
}
