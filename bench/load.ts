import { Pool } from 'undici';

/** What is sent, over and over. */
export interface Load {
  readonly origin: string;
  readonly path: string;
  /** The bodies, which take turns. */
  readonly bodies: readonly string[];
  readonly connections: number;
  /** What an answer has at least; a shorter one is an error. */
  readonly leastBytes: number;
}

/** Connections that are kept between one time of load and the next. */
export interface LoadGenerator {
  /** Sends for some milliseconds, one request at a time on every connection; answers how many were answered. */
  readonly run: (ms: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A closed loop: each connection sends its next request when the answer to the last one has been read. */
export function createLoad({ origin, path, bodies, connections, leastBytes }: Load): LoadGenerator {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  let sent = 0;

  async function one(): Promise<void> {
    const body = bodies[(sent += 1) % bodies.length];
    const answer = await pool.request({ method: 'POST', path, headers, body: body ?? null });
    const { byteLength } = await answer.body.arrayBuffer();
    if (answer.statusCode !== 200 || byteLength < leastBytes) {
      throw new Error(`${origin} answered ${answer.statusCode} with ${byteLength} bytes, of at least ${leastBytes}`);
    }
  }

  return {
    run: async (ms) => {
      const until = performance.now() + ms;
      let answered = 0;
      const loop = async (): Promise<void> => {
        while (performance.now() < until) {
          await one();
          answered += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, loop));
      return answered;
    },
    close: () => pool.close(),
  };
}
