import { describe, expect, it } from '@jest/globals';
import { coalesceHints } from '../../src/domain/hint.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';

const hint = (text: string) => {
  const [repository = '', tag] = text.split(':');
  return { repository: parseRepositoryName(repository), tag: tag === undefined ? undefined : parseTagName(tag) };
};

function coalesced(texts: readonly string[], most: number): readonly string[] {
  return coalesceHints(texts.map(hint), most).map(({ repository, tag }) => (tag ? `${repository}:${tag}` : repository));
}

describe('hints', () => {
  it('are each said once, in the order they came', () => {
    expect(coalesced(['b:1', 'a:1', 'b:1', 'b:2', 'a:1'], 10)).toEqual(['b:1', 'a:1', 'b:2']);
  });

  it('about a tag say nothing that one about its whole repository does not', () => {
    expect(coalesced(['a:1', 'b:1', 'a', 'a:2'], 10)).toEqual(['a', 'b:1']);
  });

  it('become hints about whole repositories where they are too many, and no more than allowed', () => {
    expect(coalesced(['a:1', 'a:2', 'b:1'], 3)).toEqual(['a:1', 'a:2', 'b:1']);
    expect(coalesced(['a:1', 'a:2', 'b:1'], 2)).toEqual(['a', 'b']);
    expect(coalesced(['a:1', 'b:1', 'c:1'], 2)).toEqual(['a', 'b']);
    expect(coalesced([], 2)).toEqual([]);
  });
});
