import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from '../environment.ts';

/** The built gateway in a process that is killed now and then, always on the same port. */
export interface MortalGateway {
  /** Kills it as nothing else does, without a last word, and starts it again. */
  readonly killAndRestart: () => Promise<void>;
  readonly ask: <Data>(query: string, variables?: object) => Promise<Data>;
  readonly stop: () => Promise<void>;
}

/** Starts `main` of the built gateway with a configuration that names the port. */
export async function startMortalGateway(main: string, configFile: string, port: number): Promise<MortalGateway> {
  const url = `http://127.0.0.1:${port}`;
  let child = begin();
  await ready();

  function begin(): ChildProcess {
    return spawn(process.execPath, [main, 'serve', '--config', configFile], {
      env: { ...plainEnvironment(), LOG_LEVEL: 'error' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async function ready(): Promise<void> {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return;
      await sleep(20);
    }
  }

  return {
    killAndRestart: async () => {
      await end('SIGKILL');
      child = begin();
      await ready();
    },
    ask: async <Data>(query: string, variables: object = {}) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { readonly data: Data; readonly errors?: unknown };
      if (errors !== undefined) throw new Error(`the gateway answered ${JSON.stringify(errors)}`);
      return data;
    },
    stop: () => end('SIGTERM'),
  };
}

/** A port that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
