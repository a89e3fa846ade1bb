import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { fuzz } from './fuzz.ts';

/**
 * `npm run fuzz -- [--minutes 10] [--seed S] [--only reference,document] [--from ROUND --rounds 1]`: the last two repeat what a
 * finding names.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now()) },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    rounds: { type: 'string' },
  },
});

console.log(`seed ${values.seed}`);
const until = performance.now() + Number(values.minutes) * 60_000;
const most = values.rounds === undefined ? Number.POSITIVE_INFINITY : Number(values.rounds);
const watchdog = new Worker(new URL('./watchdog.js', import.meta.url));
const { tried, findings } = await fuzz({
  seed: values.seed,
  only: values.only?.split(','),
  from: Number(values.from),
  isOver: (rounds) => rounds >= most || performance.now() > until,
  onTry: (target, round) => {
    watchdog.postMessage(`--only ${target} --from ${round}`);
  },
});
await watchdog.terminate();
for (const { target, round, text, fault } of findings) {
  console.log(`${target}: ${fault}\n  text ${JSON.stringify(text.slice(0, 2_000))}`);
  console.log(`  again: npm run fuzz -- --seed ${values.seed} --only ${target} --from ${round} --rounds 1`);
}
console.log([...tried].map(([target, count]) => `${target} ${count}`).join(', '));
const total = [...tried.values()].reduce((sum, count) => sum + count, 0);
console.log(
  `${total} texts, seed ${values.seed}: ${findings.length} findings  ${findings.length === 0 ? 'PASS' : 'FAIL'}`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
