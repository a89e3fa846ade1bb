import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { WebSocket, type RawData } from 'ws';
import { pidOf, stopProcess } from '../child.ts';
import { plainEnvironment } from '../environment.ts';

/** What a process holds, right after its garbage was collected. */
export interface Held {
  /** What JavaScript holds on its heap and outside of it, and what the process has of the machine's memory, in bytes. */
  readonly heap: number;
  readonly resident: number;
  /** How many of each kind of what keeps a process alive: sockets, timers, servers; and listeners of the process. */
  readonly resources: Readonly<Record<string, number>>;
}

/** The built gateway in a process that can be looked into. */
export interface InspectedGateway {
  readonly url: string;
  readonly pid: number;
  readonly held: () => Promise<Held>;
  /** What an expression is in the process itself, as far as JSON can tell. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** What it wrote that is a warning of Node, or an error. */
  readonly complaints: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Evaluated in the process itself, by Node's inspector: the product has no door for this. */
const look = `(() => {
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = { listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0) };
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { heap: heapUsed + external, resident: rss, resources };
})()`;

/** Starts `main` of the built gateway on a configuration, and waits until it serves. */
export async function startInspectedGateway(main: string, configFile: string): Promise<InspectedGateway> {
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', main, 'serve', '--config', configFile], {
    env: plainEnvironment(),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const complaints: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => {
    if (/Warning:|"level":"error"/.test(line)) complaints.push(line);
  });
  const [inspectorUrl, url] = await Promise.all([
    firstMatch(lines, /^Debugger listening on (ws:\S+)/),
    firstMatch(lines, /"url":"([^"]+)"/),
  ]);
  const inspector = await openInspector(inspectorUrl);
  const evaluate: InspectedGateway['evaluate'] = async (expression) => {
    const answer = await inspector.ask('Runtime.evaluate', { expression, returnByValue: true });
    const { result, exceptionDetails } = answer as { readonly result: { readonly value?: unknown } } & Faulty;
    if (exceptionDetails !== undefined) throw new Error(`the gateway could not tell: ${exceptionDetails.text}`);
    return result.value;
  };
  return {
    url,
    pid: pidOf(child),
    complaints,
    evaluate,
    held: async () => {
      // Twice: what was only reachable from finalizers goes in the second.
      await inspector.ask('HeapProfiler.collectGarbage', {});
      await inspector.ask('HeapProfiler.collectGarbage', {});
      return (await evaluate(look)) as Held;
    },
    stop: async () => {
      inspector.close();
      await stopProcess(child);
    },
  };
}

interface Faulty {
  readonly exceptionDetails?: { readonly text: string };
}

function firstMatch(lines: Interface, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string): void => {
      const found = pattern.exec(line)?.[1];
      if (found === undefined) return;
      lines.off('line', onLine);
      resolve(found);
    };
    lines.on('line', onLine).once('close', () => {
      reject(new Error('the gateway did not start'));
    });
  });
}

interface Inspector {
  readonly ask: (method: string, params: object) => Promise<unknown>;
  readonly close: () => void;
}

/** A connection by the Chrome DevTools protocol. */
async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let id = 0;
  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        const own = (id += 1);
        const onMessage = (data: RawData): void => {
          const answer = JSON.parse((data as Buffer).toString()) as { id?: number; result?: unknown; error?: unknown };
          if (answer.id !== own) return;
          socket.off('message', onMessage);
          if (answer.error === undefined) resolve(answer.result);
          else reject(new Error(`${method}: ${JSON.stringify(answer.error)}`));
        };
        socket.on('message', onMessage);
        socket.send(JSON.stringify({ id: own, method, params }));
      }),
    close: () => {
      socket.terminate();
    },
  };
}
