import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load, problemsOf, said, withRegistry } from './fixture.ts';

const opened = (text: string) => `access: { mode: open }\n${text}`;

describe('O03: a configuration that is no YAML', () => {
  it.each([
    ['an open quote', 'access: { mode: "open }\n', 2],
    ['a tab', 'access:\n\tmode: open\n', 2],
    ['a bad indent', 'access:\n    mode: open\n  other: x\n', 3],
    ['a second document', 'access: { mode: open }\n---\nserver: {}\n', 2],
    ['an unknown anchor', 'access: *nowhere\n', 1],
    ['a list', '- a\n', 1],
    ['a word', 'open\n', 1],
  ])('is told about %s and where', (_, text, line) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ path: '', line });
    expect(problem?.message).not.toBe('');
  });

  it('is told of a key that stands twice together with all else', () => {
    const problems = problemsOf('access: { mode: open }\nserver: { port: x }\naccess: { mode: open }\n');
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ['server.port', 2],
      ['', 3],
    ]);
  });

  it.each(['- ', '? '])('is told where it is nested without end: %s', (open) => {
    const problems = problemsOf(open.repeat(20_000));
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('nested too deep'));
  });

  it('is told of thousands of keys that are unknown in less than two seconds of the processor', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => `key${String(index)}: 1`).join('\n');
    const before = process.cpuUsage();
    expect(problemsOf(`access: { mode: open }\n${keys}\n`)).toHaveLength(2_000);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });

  it('cannot blow up by its aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${String(level + 1)}: &l${String(level + 1)} [${`*l${String(level)},`.repeat(9)}]`,
    );
    const bomb = `l0: &l0 [x]\n${levels.join('\n')}\n`;
    expect(load(bomb).kind).toBe('invalid');
  });
});

describe('O03: secrets', () => {
  const canary = 'hunter2';
  it.each([
    ['written as a password', withRegistry(`kind: oci\ncredentials: { username: u, password: ${canary} }`)],
    ['written as a password file', withRegistry(`kind: oci\ncredentials: { username: u, passwordFile: ${canary} }`)],
    [
      'that is a number',
      withRegistry('kind: oci\ncredentials: { username: u, passwordFile: 22222 }').replace('22222', '0x68756e74657232'),
    ],
    ['written instead of credentials', withRegistry(`kind: oci\ncredentials: u:${canary}`)],
    ['within a URL', withRegistry(`kind: oci\nurl: https://u:${canary}@a.example`)],
    ['within the URL of a store', opened(`store: { url: "postgres://u:${canary}@db/x" }`)],
    ['within what is no YAML', `access: { mode: open }\npassword: "${canary}\n`],
    ['within what is no YAML and unquoted', `access: { mode: open }\npassword: *${canary}\n`],
    ['with a tag of YAML', `access: { mode: open }\nwrites: !${canary} x\n`],
    ['within a name', opened(`registries: [{ name: "https://u:${canary}@a.example", kind: oci }]`)],
    ['as a webhook secret', withRegistry(`kind: oci\nwebhook: { secret: ${canary} }`)],
  ])('are never shown: one %s', (_, text) => {
    const text2 = JSON.stringify(load(text));
    expect(text2).not.toContain(canary);
    expect(problemsOf(text)).not.toHaveLength(0);
  });

  it('are refused in the file, saying where they belong', () => {
    expect(said(withRegistry('kind: oci\ncredentials: { username: u, passwordFile: password, password: x }'))).toEqual([
      expect.stringContaining('registries[0].credentials.password: is refused, so that no secret stands in this file'),
    ]);
  });
});

describe('whatever text comes', () => {
  const fragment = fc.constantFrom(
    'access',
    'registries',
    'server',
    'streams',
    'name',
    'kind',
    'oci',
    'local',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&a',
    '*a',
    '!!binary',
    '<<',
    '__proto__',
    'constructor',
    '? ',
    '| ',
    '#',
    '\t',
    '---',
    '0x1',
    '~',
    '2026-01-01',
    'toString',
    'open',
    'mode',
  );

  it('is answered without a throw, and problems have a message and a place', () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 25 }).map((parts) => parts.join('')),
        (text) => {
          const loaded = load(text);
          for (const problem of loaded.kind === 'invalid' ? loaded.problems : loaded.warnings) {
            expect(problem.message).toMatch(/^\S/);
            expect(problem.message).not.toMatch(/Invalid|undefined/);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(({} as Record<string, unknown>)['mode']).toBeUndefined();
  });
});
