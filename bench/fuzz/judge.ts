import { isGatewayError } from '../../src/domain/errors.ts';
import type { Target } from './target.ts';

/** How much time of the processor one text may take where its target says nothing else, in milliseconds. */
const usualMs = 200;
/** How long an answer is waited for, in milliseconds of the clock, which others on the machine share. */
const patienceMs = 20_000;
/** A text that seemed slow is given again so often: collections of garbage and compilers use the same clock. */
const secondLooks = 3;

/** What is wrong with how a target took a text; `undefined` where nothing is. */
export async function faultWith(target: Target, text: string): Promise<string | undefined> {
  const { mostMs = usualMs } = target;
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look <= secondLooks; look += 1) {
    const before = process.cpuUsage();
    const fault = await taken(target, text);
    if (fault !== undefined) return fault;
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
    if (least <= mostMs) return undefined;
  }
  return `took ${least.toFixed(0)} ms of the processor, each of ${secondLooks + 1} times`;
}

async function taken(target: Target, text: string): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, patienceMs, `did not end in ${patienceMs / 1000} s`);
  });
  try {
    return await Promise.race([giveTo(target, text), late]);
  } catch (error) {
    if (isGatewayError(error)) return undefined;
    return error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/** A target that throws at once is as one that rejects. */
async function giveTo(target: Target, text: string): Promise<undefined> {
  await target.take(text);
}
