import { describe, expect, it } from '@jest/globals';
import { parse, validate } from 'graphql';
import { checkErrors } from '../../bench/fuzz/check-errors.ts';
import { fuzz } from '../../bench/fuzz/fuzz.ts';
import { faultWith } from '../../bench/fuzz/judge.ts';
import { mutate } from '../../bench/fuzz/mutate.ts';
import { parsers } from '../../bench/fuzz/parsers.ts';
import { randomOf } from '../../bench/fuzz/random.ts';
import { documents } from '../../bench/fuzz/samples.ts';
import type { Target } from '../../bench/fuzz/target.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { GatewayError, isGatewayError } from '../../src/domain/errors.ts';

/** Codes that samples of a target may be refused with, besides none. */
const mixed: Readonly<Record<string, readonly unknown[]>> = {
  cursor: [undefined, 'CURSOR_INVALID'],
  manifest: [undefined, 'UPSTREAM_INVALID'],
};

/** A target that does as a test says. */
function targetOf(take: Target['take']): Target {
  return { name: 'made up', samples: ['text'], words: ['word'], take };
}

describe('texts broken by chance', () => {
  it('are taken by every parser and at every door without a fault', async () => {
    const { tried, findings } = await fuzz({ seed: 'as in ci', from: 0, isOver: (rounds) => rounds === 3 });
    expect(findings).toEqual([]);
    expect(tried.size).toBe(parsers.length + 7);
    expect(Math.min(...tried.values())).toBe(3);
  }, 120_000);

  it('are the same for the same seed, and others for another', () => {
    const textOf = (seed: string): string => mutate(randomOf(seed, 'reference', 3), documents, ['{']);
    expect(textOf('one')).toBe(textOf('one'));
    expect(textOf('one')).not.toBe(textOf('two'));
  });

  it('are made of texts that are fine', async () => {
    const schema = createSchema(resolvers);
    for (const text of documents) expect(validate(schema, parse(text))).toEqual([]);
    // A cursor of one list means nothing to another, and a configuration of an image is no manifest.
    for (const { name, samples, take } of parsers) {
      for (const text of samples) {
        const refused = await Promise.resolve(text)
          .then(take)
          .then(() => undefined)
          .catch((error: unknown) => (isGatewayError(error) ? error.code : error));
        const mayBe = mixed[name] ?? [undefined];
        expect({ name, text, refused }).toEqual({ name, text, refused: mayBe.includes(refused) ? refused : 'taken' });
      }
    }
  });
});

describe('the judge of a text', () => {
  it('finds nothing in an answer, nor in an error that is meant', async () => {
    expect(await faultWith(targetOf(String), 'a')).toBeUndefined();
    const refuse = (): never => {
      throw new GatewayError('REFERENCE_INVALID', 'no', {});
    };
    expect(await faultWith(targetOf(refuse), 'a')).toBeUndefined();
  });

  it.each<[string, Target['take']]>([
    ['thrown', (): unknown => JSON.parse('{')],
    ['rejected', () => Promise.reject(new TypeError('x is not a function'))],
  ])('finds an error that is not meant: %s', async (_, take) => {
    expect(await faultWith(targetOf(take), 'a')).toMatch(/^(?:Syntax|Type)Error: /);
  });

  it('finds what takes long each time, and forgives it once', async () => {
    const work = (): void => {
      for (const begun = process.cpuUsage(); process.cpuUsage(begun).user < 220_000;);
    };
    expect(await faultWith(targetOf(work), 'a')).toMatch(/^took \d+ ms of the processor/);
    let isFirst = true;
    const once = (): void => {
      if (isFirst) work();
      isFirst = false;
    };
    expect(await faultWith(targetOf(once), 'a')).toBeUndefined();
  });

  it.each([{ errors: [{ message: 'x', extensions: { code: 'INTERNAL' } }] }, { errors: [{ message: 'x' }] }])(
    'finds an error of an answer that is masked, or has no code: %j',
    (answer) => {
      expect(() => {
        checkErrors(answer);
      }).toThrow('answered with');
    },
  );
});
