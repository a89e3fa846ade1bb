import { describe, expect, it } from '@jest/globals';
import { parseLabels } from '../../src/domain/labels.ts';

const label = (key: string, value = 'v') => [{ key, value }];

describe('labels', () => {
  it('are read as Kubernetes has them', () => {
    const pairs = [
      { key: 'app', value: '' },
      { key: 'app.kubernetes.io/Name_1.x', value: 'Shop-1_2.3' },
      { key: 'n'.repeat(63), value: 'v'.repeat(63) },
      { key: `${'d'.repeat(253)}/n`, value: 'v' },
    ];
    expect(parseLabels(pairs)).toEqual(Object.fromEntries(pairs.map(({ key, value }) => [key, value])));
  });

  it.each([
    ['an empty name', label('')],
    ['a name that is too long', label('n'.repeat(64))],
    ['a domain that is too long', label(`${'d'.repeat(254)}/n`)],
    ['a domain without a name', label('example.org/')],
    ['two slashes', label('a/b/c')],
    ['a name that ends in a sign', label('app-')],
    ['white space', label('a b')],
    ['a value that is too long', label('a', 'v'.repeat(64))],
    ['a value of several words', label('a', 'b c')],
    ['the same name twice', [...label('a'), ...label('a')]],
    ['more than 100', Array.from({ length: 101 }, (_, index) => ({ key: `l${index}`, value: '' }))],
  ])('are refused for %s', (_, pairs) => {
    const error = { code: 'ARGUMENT_INVALID', details: { argument: 'labels' } };
    expect(() => parseLabels(pairs)).toThrow(expect.objectContaining(error));
  });

  it('may have any name, also one that objects have by themselves', () => {
    expect(Object.keys(parseLabels(label('constructor')))).toEqual(['constructor']);
    expect(parseLabels(Array.from({ length: 100 }, (_, index) => ({ key: `l${index}`, value: '' })))).toBeDefined();
  });
});
