import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { list, optionalObject, optionalText, readJsonObject, textList, textMap } from '../../src/domain/json.ts';
import { bytesOf, failureOf, outcomeOf } from './given.ts';

function read(text: string): unknown {
  return readJsonObject(bytesOf(text), 'document');
}

function nested(levels: number): string {
  return `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
}

describe('a JSON object', () => {
  it('is read as JSON.parse reads it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (object) => {
        const text = JSON.stringify(object);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused with UPSTREAM_INVALID and nothing else, whatever the bytes', () => {
    const near = fc.stringMatching(/^\{["{}[\]:,\\ a1]{0,40}\}?$/).map(bytesOf);
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array(), fc.json().map(bytesOf)), (bytes) => {
        const outcome = outcomeOf(() => readJsonObject(bytes, 'document'));
        if (typeof outcome === 'string') expect(outcome).toBe('UPSTREAM_INVALID');
      }),
    );
  });

  it('is read with or without a byte order mark', () => {
    expect(readJsonObject(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'document')).toEqual({});
  });

  it('is refused where a name stands twice in one object, however it is spelled', () => {
    expect(failureOf(() => read('{"a":1,"b":{},"\\u0061":2}')).message).toBe(
      'document is ambiguous: an object holds the name "a" twice',
    );
    expect(failureOf(() => read('{"x":[{"__proto__":1,"__proto__":2}]}')).code).toBe('UPSTREAM_INVALID');
    expect(read('{"a":{"a":["a","a",{"a":"a"}]},"b":{"a":"\\"a\\":1,\\"a\\":"}}')).toBeDefined();
  });

  it('is read to 64 levels and refused beyond, however deep', () => {
    expect(read(nested(64))).toBeDefined();
    expect(failureOf(() => read(nested(65))).message).toBe('document is nested more than 64 levels deep');
    expect(failureOf(() => read(`{"a":${'['.repeat(2_000_000)}`)).code).toBe('UPSTREAM_INVALID');
    expect(read(`{"a":"${'['.repeat(1000)}"}`)).toBeDefined();
  });

  it('of 4 MiB of backslashes and quotes is looked through once', () => {
    const started = performance.now();
    expect(read(`{"a":"${'\\\\'.repeat(1_000_000)}","b":"${'\\"'.repeat(1_000_000)}"}`)).toBeDefined();
    expect(failureOf(() => read(`{"a":"${'\\'.repeat(4_000_000)}`)).code).toBe('UPSTREAM_INVALID');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each([
    ['', 'document is not JSON: it begins with ""'],
    ['<html>', 'document is not JSON: it begins with "<html>"'],
    ['[]', 'document is not a JSON object but a list'],
    ['null', 'document is not a JSON object but null'],
    ['"a"', 'document is not a JSON object but "a"'],
  ])('is not %j', (text, message) => {
    expect(failureOf(() => read(text)).message).toBe(message);
  });

  it('is not what is no UTF-8', () => {
    expect(failureOf(() => readJsonObject(new Uint8Array([0x7b, 0xff, 0x7d]), 'document')).message).toBe(
      'document is not JSON: its bytes are not UTF-8',
    );
  });
});

describe('the fields of a JSON object', () => {
  const object = readJsonObject(
    bytesOf('{"none":null,"text":"t","list":["a"],"map":{"__proto__":"x","b":null,"a":"y"},"number":1}'),
    'document',
  );

  it('are what they are', () => {
    expect(optionalText(object, 'text', 'document')).toBe('t');
    expect(textList(object, 'list', 'document')).toEqual(['a']);
    expect([...textMap(object, 'map', 'document')]).toEqual([
      ['__proto__', 'x'],
      ['b', ''],
      ['a', 'y'],
    ]);
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it.each(['none', 'missing', '__proto__', 'constructor', 'toString'])(
    'are absent where %s is null or missing',
    (name) => {
      expect(optionalText(object, name, 'document')).toBeUndefined();
      expect(optionalObject(object, name, 'document')).toBeUndefined();
      expect(list(object, name, 'document')).toEqual([]);
      expect(textMap(object, name, 'document').size).toBe(0);
    },
  );

  it('are refused where they are something else, saying which', () => {
    expect(failureOf(() => optionalText(object, 'number', 'document')).message).toBe(
      'document.number is 1: expected text',
    );
    expect(failureOf(() => textList(object, 'map', 'document')).message).toBe(
      'document.map is an object: expected a list',
    );
    expect(failureOf(() => textMap(object, 'list', 'document')).message).toBe(
      'document.list is a list: expected an object',
    );
  });
});
