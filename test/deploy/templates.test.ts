import { describe, expect, it } from '@jest/globals';
import { createRenderer } from '../support/helm/render-template.ts';
import type { Value } from '../support/helm/template-functions.ts';
import { parseTemplate } from '../support/helm/template-syntax.ts';

/** That the chart's templates mean here what they mean in Helm rests on this renderer; its rules are those of Go's text/template. */
function render(text: string, dot: Value = {}): string {
  const nodes = parseTemplate(text);
  return createRenderer([nodes])(nodes, dot);
}

describe('a template', () => {
  it.each([
    ['a {{- /* comment */ -}} b', {}, 'ab'],
    ['{{ .a.b }}-{{ $.a.b }}', { a: { b: 'x' } }, 'x-x'],
    ['{{ if .a }}yes{{ else }}no{{ end }}', { a: [] }, 'no'],
    ['{{ with .a }}{{ .b }}{{ $.c }}{{ else }}none{{ end }}', { a: { b: '1' }, c: '2' }, '12'],
    ['{{ range .a }}<{{ . }}>{{ end }}', { a: ['x', 'y'] }, '<x><y>'],
    ['{{ range $k, $v := .a }}{{ $k }}={{ $v }};{{ end }}', { a: { z: '1', b: '2' } }, 'b=2;z=1;'],
    ['{{ $x := "1" }}{{ if true }}{{ $x = "2" }}{{ end }}{{ $x }}', {}, '2'],
    ['{{ $x := "1" }}{{ if true }}{{ $x := "2" }}{{ end }}{{ $x }}', {}, '1'],
    ['{{ define "d" }}[{{ .a }}]{{ end }}{{ include "d" . | quote }}', { a: 'x' }, '"[x]"'],
    ['{{ .a | default list | append (list "x") | toJson }}', {}, '["x",[]]'],
    ['x:\n  {{- toYaml .a | nindent 2 }}\ny', { a: { b: ['c'] } }, 'x:\n  b:\n    - c\ny'],
    ['{{ printf "%s-%d" .a (int .n) | trunc 3 | trimSuffix "-" }}', { a: 'ab', n: 7 }, 'ab'],
  ])('%s', (text, dot, expected) => {
    expect(render(text, dot)).toBe(expected);
  });

  it.each([
    ['a function that is not known', '{{ lookup "v1" }}', /calls lookup/],
    ['a variable that nothing set', '{{ $x }}', /\$x, which nothing set/],
    ['a field of what is not there', '{{ .a.b }}', /asks for b of undefined/],
    ['a comparison of different types', '{{ if gt .n 1 }}{{ end }}', /number where an int belongs/],
    ['a number that Go may write as 1e+06', '{{ .n }}', /use int or toYaml/],
    ['a block without its end', '{{ if .n }}', /without its end/],
    ['an end too many', '{{ end }}', /an end too many/],
    ['else if', '{{ if .a }}{{ else if .n }}{{ end }}', /words behind else/],
    ['signs that are not of the language', '{{ .n + 1 }}', /not understood here/],
    ['braces that are not closed', '{{ .n', /braces that are no action/],
    ['words that are left over', '{{ (.n) ) }}', /words too many/],
  ])('that holds %s is refused', (_, text, message) => {
    expect(() => render(text, { n: 1_000_000 })).toThrow(message);
  });
});
