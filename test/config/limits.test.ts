import { describe, expect, it } from '@jest/globals';
import { load, said, valid } from './fixture.ts';

const opened = (limits: string) => `access: { mode: open }\nlimits: { ${limits} }\n`;
const known = (limits: string) =>
  `access: { mode: policy, callers: [{ name: ci, kind: token, tokensFile: /run/secrets/tokens }], rules: [{ users: ["token:ci:*"], allow: [get], imageStreams: ["a/**"] }] }\nlimits: { ${limits} }\n`;

describe('the budget of each caller', () => {
  it.each([
    ['', { points: 25_000, perSecond: 250 }],
    ['cost: 100', { points: 1_000, perSecond: 10 }],
    ['cost: 5', { points: 50, perSecond: 1 }],
    ['budget: { points: 5000 }', { points: 5_000, perSecond: 50 }],
    ['budget: { perSecond: 7 }', { points: 25_000, perSecond: 7 }],
  ])('follows from {%s}, and is there for who asks for it where nobody can be told apart', (limits, budget) => {
    expect(valid(known(limits)).config.limits.budget).toEqual(budget);
    expect(valid(opened(limits)).config.limits.budget).toEqual(limits.includes('budget') ? budget : undefined);
  });

  it('is not less than one operation may cost', () => {
    expect(said(opened('budget: { points: 2499 }'))).toEqual([
      'limits.budget.points: is less than the 2500 that one operation may cost (limits.cost): write at least that, or lower it',
    ]);
    expect(load(opened('budget: { points: 2500 }')).kind).toBe('valid');
    expect(load(opened('cost: 4, budget: { points: 4 }')).kind).toBe('valid');
    expect(said(opened('cost: 5, budget: { points: 4 }'))).toHaveLength(1);
  });
});

describe('the connections of each caller', () => {
  it('are not counted where nobody can be told apart, which is said to who limits them', () => {
    const limits = 'callerSockets: 5';
    const streams = 'streams: [{ name: a, kind: local }]';
    expect(valid(opened(limits) + streams).warnings).toMatchObject([
      { path: 'limits.callerSockets', message: expect.stringContaining('has no effect') },
    ]);
    expect(valid(known(limits) + streams).warnings).toEqual([]);
  });
});
