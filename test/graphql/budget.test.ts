import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anonymous, viewerNamed } from '../../src/access/access.ts';
import { createBudget } from '../../src/graphql/budget.ts';
import { createAdmission } from '../../src/graphql/admit.ts';
import { defaultLimits } from '../../src/graphql/limits.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { schema } from './schema-without-resolvers.ts';

const alice = viewerNamed('token:ci:alice');
const bob = viewerNamed('token:ci:bob');

function budgetOf(points: number, perSecond: number, clock: ManualClock = createManualClock()) {
  const { take } = createBudget({ points, perSecond, clock });
  return { clock, take };
}

/** What a refusal says. */
function refusalOf(take: () => unknown): unknown {
  try {
    return { taken: take() };
  } catch (error) {
    return error;
  }
}

describe('the budget of a caller', () => {
  it('B04: is spent to its last point, and one more is refused with the time until it is there', async () => {
    const { clock, take } = budgetOf(10, 2);
    take(alice, 7);
    take(alice, 3);
    expect(refusalOf(() => take(alice, 1))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      retryable: true,
      details: { limit: 'budget', value: 1, max: 0, retryAfterSeconds: 1 },
    });
    await clock.advance(499);
    expect(refusalOf(() => take(alice, 1))).toMatchObject({ details: { max: 0, retryAfterSeconds: 1 } });
    await clock.advance(1);
    take(alice, 1);
    expect(refusalOf(() => take(alice, 10))).toMatchObject({ details: { value: 10, max: 0, retryAfterSeconds: 5 } });
  });

  it('is not touched by what is refused', () => {
    const { take } = budgetOf(10, 1);
    take(alice, 4);
    for (let time = 0; time < 100; time += 1)
      expect(refusalOf(() => take(alice, 7))).toMatchObject({ details: { max: 6 } });
    take(alice, 6);
  });

  it('is given back what was not used, and pays for what was used beyond', () => {
    const { take } = budgetOf(10, 1);
    take(alice, 10)(4);
    expect(refusalOf(() => take(alice, 7))).toMatchObject({ details: { max: 6 } });
    take(alice, 6)(8);
    expect(refusalOf(() => take(alice, 1))).toMatchObject({ details: { max: 0, retryAfterSeconds: 3 } });
  });

  it('never holds more than its points, however much is given back', async () => {
    const { clock, take } = budgetOf(10, 5);
    const settle = take(alice, 10);
    await clock.advance(60_000);
    settle(0);
    take(alice, 10);
    expect(refusalOf(() => take(alice, 1))).toMatchObject({ details: { max: 0 } });
  });

  it('is nobody else’s, and all who show no credential have one between them', () => {
    const { take } = budgetOf(10, 1);
    take(alice, 10);
    take(bob, 10);
    take(anonymous, 10);
    expect(refusalOf(() => take(viewerNamed('anonymous'), 1))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('allows no more than its points and what came back since, whatever is asked when', async () => {
    const step = fc.record({ points: fc.integer({ min: 1, max: 10 }), pause: fc.integer({ min: 0, max: 3_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const { clock, take } = budgetOf(10, 2);
        let spent = 0;
        let passed = 0;
        for (const { points, pause } of steps) {
          await clock.advance(pause);
          passed += pause;
          const refused = refusalOf(() => take(alice, points));
          if (!(refused instanceof Error)) spent += points;
          expect(spent).toBeLessThanOrEqual(10 + (2 * passed) / 1000);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('an admission with a budget', () => {
  const budget = createBudget({ points: 4, perSecond: 1, clock: createManualClock() });
  const admission = createAdmission({ schema, limits: { ...defaultLimits, cost: 4 }, introspection: true, budget });
  const admit = (source: string) => admission.admit(admission.parse(source), undefined, {}, alice);

  it('B04: charges what an operation may cost, nothing for what asks no registry, and nothing for what it refuses', () => {
    expect(admit('{ a: image(reference: "a") { config { user } } b: image(reference: "b") { raw } }')).toMatchObject({
      kind: 'refused',
      errors: [{ extensions: { limit: 'cost', value: 5, max: 4 } }],
    });
    const verdict = admit('{ a: image(reference: "a") { raw } b: image(reference: "b") { raw } }');
    expect(verdict).toMatchObject({ kind: 'admitted', requests: 4 });
    expect(admit('{ tag(reference: "a") { digest } }')).toMatchObject({
      kind: 'refused',
      reason: 'limit',
      errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'budget', value: 1, max: 0, retryAfterSeconds: 1 } }],
    });
    expect(admit('{ registries { name } }')).toMatchObject({ kind: 'admitted', requests: 0 });
    if (verdict.kind === 'admitted') verdict.settle(1);
    expect(admit('{ image(reference: "a") { config { user } } }')).toMatchObject({ kind: 'admitted', requests: 3 });
  });
});
