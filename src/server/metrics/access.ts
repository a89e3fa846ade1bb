import type { Registry } from 'prom-client';
import type { DecisionCounts } from '../../access/count-decisions.ts';
import { readCounter } from './read.ts';

/** Shows what was decided of what viewers may do, by who decides. */
export function showDecisions(registers: Registry[], deciders: () => Readonly<Record<string, DecisionCounts>>): void {
  readCounter(
    registers,
    {
      name: 'tributary_authz_decisions_total',
      help: 'Decisions on what viewers may do, each field of each object its own; failed ones could not be taken, and deny',
      labelNames: ['decision', 'decider'],
    },
    () =>
      Object.entries(deciders()).flatMap(([decider, { allowed, denied, failed }]) => [
        { labels: { decision: 'allow', decider }, value: allowed },
        { labels: { decision: 'deny', decider }, value: denied },
        { labels: { decision: 'fail', decider }, value: failed },
      ]),
  );
}
