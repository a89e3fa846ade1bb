import type { Ask, Each } from '../domain/registry.ts';
import { loopTurn } from '../lib/loop-turn.ts';
import { onAbort } from '../lib/on-abort.ts';

/** Asks for many facts at once, joining questions that are already under way. */
export type Load<Subject, Fact> = (subjects: readonly Subject[], ask: Ask) => Each<Fact>;

/** A question under way, and how many wait for it or for those that were asked together with it. */
interface Flight<Fact> {
  readonly fact: Promise<Fact>;
  readonly group: FlightGroup;
  /** Whether anybody waits for it besides who asked first. */
  isShared: boolean;
}

interface FlightGroup {
  readonly controller: AbortController;
  waiting: number;
}

/**
 * One fetch in flight per fact: whoever asks for a fact that is being fetched waits for that fetch, unless only what is
 * true from now on will do: then a new fetch takes its place, and what the former brings is not kept. A fetch is aborted
 * only when the last one who waits has gone. Nothing is remembered here once it has ended, least of all a failure.
 */
export function createFlights<Subject, Fact>(
  keyOf: (subject: Subject) => string,
  fetch: Load<Subject, Fact>,
  keep: (subject: Subject, fact: Fact) => void,
): Load<Subject, Fact> {
  const flights = new Map<string, Flight<Fact>>();

  function depart(subjects: ReadonlyMap<string, Subject>, ask: Ask): void {
    const group: FlightGroup = { controller: new AbortController(), waiting: 0 };
    const facts = fetch([...subjects.values()], { signal: group.controller.signal, cost: ask.cost });
    [...subjects].forEach(([key, subject], index) => {
      const fact = facts[index];
      if (fact === undefined) throw new Error(`asked for ${subjects.size} facts, got ${facts.length}`);
      const flight: Flight<Fact> = { fact, group, isShared: false };
      flights.set(key, flight);
      const land = (): boolean => flights.get(key) === flight && flights.delete(key);
      fact.then((found) => {
        if (land()) keep(subject, found);
      }, land);
      onAbort(group.controller.signal, land);
    });
  }

  return function load(subjects, ask) {
    const absent = new Map<string, Subject>();
    for (const subject of subjects) {
      const key = keyOf(subject);
      const flight = ask.current === true ? undefined : flights.get(key);
      if (flight === undefined) {
        absent.set(key, subject);
      } else {
        flight.isShared = true;
        ask.cost.coalesced += 1;
      }
    }
    if (absent.size > 0) depart(absent, ask);
    return subjects.map((subject) => {
      const flight = flights.get(keyOf(subject));
      if (flight === undefined) throw new Error('a fetch ended before it was waited for');
      return wait(flight, ask.signal);
    });
  };
}

/** Waits for a fact until the signal says otherwise; the last one to go takes the fetch with it. */
async function wait<Fact>(flight: Flight<Fact>, signal: AbortSignal): Promise<Fact> {
  const { fact, group } = flight;
  let stay = (): void => undefined;
  const gone = new Promise<never>((_, reject) => {
    const abandon = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abandon();
    else stay = onAbort(signal, abandon);
  });
  group.waiting += 1;
  try {
    return await Promise.race([fact, gone]);
  } finally {
    stay();
    group.waiting -= 1;
    if (signal.aborted && group.waiting === 0) group.controller.abort(signal.reason);
    // Many may have waited for it, each with all that an operation has to do next.
    if (flight.isShared && !signal.aborted) await loopTurn();
  }
}
