import { describe, expect, it } from '@jest/globals';
import { faultsIn, type Account, type Heard } from '../../bench/soak/checker.ts';

const moves = ['a', 'b', 'c', 'b'].map((digest, index) => ({
  subject: 'registry.example/app:1',
  kind: index === 0 ? 'CREATED' : 'MOVED',
  revision: index + 1,
  digest,
}));
const heard = moves.map((event): Heard => ({ what: 'event', ...event }));
const sound: Account = {
  truth: new Map([['registry.example/app:1', ['a', 'b', 'c', 'b']]]),
  committed: moves.map((event, index) => ({ ...event, sequence: index + 7 })),
  clients: [{ name: 'one', covers: () => true, subscriptions: [heard.slice(0, 3), heard.slice(2)] }],
};

function heardAs(...subscriptions: Heard[][]): Account {
  return { ...sound, clients: [{ name: 'one', covers: () => true, subscriptions }] };
}

describe('the judge of a soak', () => {
  it('finds nothing where every committed event was heard in order, some of them twice', () => {
    expect(faultsIn(sound)).toEqual([]);
  });

  it('finds an event that a client never heard', () => {
    expect(faultsIn(heardAs(heard.slice(0, 2), heard.slice(3)))).toEqual([
      'one never heard MOVED 3 of registry.example/app:1 at 9',
    ]);
  });

  it('finds a revision that goes back within a subscription', () => {
    expect(faultsIn(heardAs([...heard, ...heard.slice(1, 2)]))).toEqual([
      'one heard MOVED 2 of registry.example/app:1 after revision 4',
    ]);
  });

  it('finds what was heard but not stored, and what was heard otherwise than it is stored', () => {
    const invented: Heard = { what: 'event', subject: 'x', kind: 'MOVED', revision: 1, digest: 'a' };
    const changed = heard.map((one, index): Heard => (index === 1 ? { ...one, ...{ digest: 'c' } } : one));
    expect(faultsIn(heardAs([...changed, invented]))).toEqual([
      'one heard MOVED 2 of registry.example/app:1 otherwise than the log has it',
      'one heard MOVED 1 of x, which is not in the log',
    ]);
  });

  it('finds that a client was told to begin again', () => {
    expect(faultsIn(heardAs([...heard, { what: 'resync', reason: 'CURSOR_EXPIRED' }]))).toHaveLength(1);
  });

  it('finds a hole in the log, and in the revisions of a tag', () => {
    const committed = sound.committed.filter(({ sequence }) => sequence !== 8);
    const faults = faultsIn({ ...sound, committed });
    expect(faults).toContain('the log has 9 where 8 should be');
    expect(faults).toContain('MOVED 3 of registry.example/app:1 should have revision 2');
  });

  it('finds a digest that was never there, and an end other than the truth', () => {
    expect(faultsIn({ ...sound, truth: new Map([['registry.example/app:1', ['a', 'b', 'd']]]) })).toEqual([
      'MOVED 3 of registry.example/app:1 says c, which was never there',
      'registry.example/app:1 is at d, but its last event says b',
    ]);
  });

  it('finds a tag that moved without an event', () => {
    const truth = new Map([...sound.truth, ['registry.example/app:2', ['a', 'b']]]);
    expect(faultsIn({ ...sound, truth })).toEqual(['registry.example/app:2 moved, but has no event']);
  });
});
