import { parentPort } from 'node:worker_threads';

/** How long nothing may be heard of the thread that parses, in milliseconds: one text of it never ends. */
const patienceMs = 120_000;

/** Ends the process, naming the text, where a loop without end keeps the other thread from saying anything. */
let doing = 'the start';
const timer = setTimeout(() => {
  process.stdout.write(`nothing was heard for ${patienceMs / 1000} s of ${doing}: it hangs  FAIL\n`);
  process.kill(process.pid, 'SIGKILL');
}, patienceMs);
parentPort?.on('message', (said: string) => {
  doing = said;
  timer.refresh();
});
