import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from './environment.ts';

/** A process of the benchmark's own. It first says its port, then answers questions, one at a time. */
export interface Child<Answer> {
  readonly pid: number;
  /** Where it listens; 0 where it does not. */
  readonly port: number;
  readonly ask: (question: Serializable) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Starts a module of this folder as a process; `read` says what its answers are. */
export async function startChild<Answer>(
  name: string,
  args: readonly string[],
  read: (answer: unknown) => Answer,
  profileFolder?: string,
): Promise<Child<Answer>> {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const execArgv = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = fork(file, args, { env: plainEnvironment(), serialization: 'advanced', execArgv });
  const port = Number(await nextMessage(child, name));
  return {
    pid: pidOf(child),
    port,
    ask: async (question) => {
      const answer = nextMessage(child, name);
      child.send(question);
      return read(await answer);
    },
    stop: () => stopProcess(child),
  };
}

/** The child's side: tells the parent that it is ready, then answers its questions. */
export function answerParent(port: number, answer: (question: unknown) => Promise<Serializable>): void {
  process.on('message', (question: unknown) => {
    answer(question).then(
      (said) => process.send?.(said),
      (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
        process.disconnect();
      },
    );
  });
  process.send?.(port);
}

/** The number of a process that has been started. */
export function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process was not started');
  return pid;
}

/** Asks a process to end, and waits until it has. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new Error(`${name} ended without an answer`));
    };
    child.once('exit', fail);
    child.once('message', (message) => {
      child.removeListener('exit', fail);
      resolve(message);
    });
  });
}
