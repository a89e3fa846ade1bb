/**
 * The part of Go's template language that the chart is written in. Whatever is not listed here is refused, so that a template
 * cannot come to mean one thing here and another in Helm.
 */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Pipeline }
  /** `$name := value`, or `$name = value` for one that is there already. */
  | { readonly kind: 'assign'; readonly name: string; readonly isNew: boolean; readonly value: Pipeline }
  | { readonly kind: 'if' | 'with'; readonly value: Pipeline; readonly body: Nodes; readonly otherwise: Nodes }
  | { readonly kind: 'range'; readonly names: readonly string[]; readonly value: Pipeline; readonly body: Nodes }
  | { readonly kind: 'define'; readonly name: string; readonly body: Nodes };

export type Nodes = readonly TemplateNode[];

/** Commands, each given what the one before it answered as its last argument. */
export type Pipeline = readonly Command[];
export type Command = readonly Term[];

export type Term =
  | { readonly kind: 'literal'; readonly value: string | bigint | boolean }
  /** `.a.b`, or `$name.a.b`; `$` alone is the variable with the empty name. */
  | { readonly kind: 'path'; readonly variable: string | undefined; readonly fields: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'group'; readonly value: Pipeline };

/** What stands between texts: an action without its braces, comments left out. */
type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'action'; readonly words: string[] };

/** Reads a template. Throws where it holds what is not of the part of the language above. */
export function parseTemplate(text: string): Nodes {
  const pieces = cut(text);
  const { nodes, end } = parseNodes(pieces);
  if (end !== undefined) throw new Error(`a template has an ${end} too many`);
  return nodes;
}

function cut(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(/\{\{(-\s)?\s*(\/\*.*?\*\/|(?:"(?:[^"\\]|\\.)*"|[^"}])*?)\s*(\s-)?\}\}/gs)) {
    const [whole, before, action = '', after] = found;
    const between = text.slice(at, found.index);
    pieces.push({ kind: 'text', text: before === undefined ? between : between.trimEnd() });
    if (!action.startsWith('/*')) pieces.push({ kind: 'action', words: wordsOf(action) });
    at = found.index + whole.length;
    if (after !== undefined) at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
  }
  pieces.push({ kind: 'text', text: text.slice(at) });
  const stray = pieces.find((piece) => piece.kind === 'text' && /\{\{|\}\}/.test(piece.text));
  if (stray?.kind === 'text') throw new Error(`a template has braces that are no action: ${stray.text}`);
  return pieces;
}

const word = /"(?:[^"\\]|\\.)*"|\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?|-?\d+|[A-Za-z]\w*|:=|[=|(),]/y;

function wordsOf(action: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < action.length; at += /^\s*/.exec(action.slice(at))?.[0].length ?? 0) {
    word.lastIndex = at;
    const [found] = word.exec(action) ?? [];
    if (found === undefined) throw new Error(`a template holds what is not understood here: ${action}`);
    words.push(found);
    at += found.length;
  }
  return words;
}

/** Reads up to the `end` or `else` of the block that it is in, and takes that away. */
function parseNodes(pieces: Piece[]): { readonly nodes: Nodes; readonly end: 'end' | 'else' | undefined } {
  const nodes: TemplateNode[] = [];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    if (piece.kind === 'text') nodes.push(piece);
    else {
      const [first] = piece.words;
      if (first === 'end' || first === 'else') {
        if (piece.words.length > 1) throw new Error(`a template has words behind ${first}: ${piece.words.join(' ')}`);
        return { nodes, end: first };
      }
      nodes.push(parseAction(piece.words, pieces));
    }
  }
  return { nodes, end: undefined };
}

function parseAction(words: string[], pieces: Piece[]): TemplateNode {
  const [first = '', second] = words;
  if (first.startsWith('$') && (second === ':=' || second === '='))
    return { kind: 'assign', name: first.slice(1), isNew: second === ':=', value: parsePipeline(words.slice(2)) };
  if (first === 'define')
    return { kind: 'define', name: JSON.parse(second ?? '') as string, body: bodyOf(pieces).body };
  if (first === 'if' || first === 'with')
    return { kind: first, value: parsePipeline(words.slice(1)), ...bodyOf(pieces, true) };
  if (first === 'range') {
    const sign = words.indexOf(':=');
    const names = words.slice(1, Math.max(sign, 1)).filter((name) => name !== ',');
    const value = parsePipeline(words.slice(Math.max(sign, 0) + 1));
    return { kind: 'range', names: names.map((name) => name.slice(1)), value, body: bodyOf(pieces).body };
  }
  return { kind: 'print', value: parsePipeline(words) };
}

function bodyOf(pieces: Piece[], mayHaveElse = false): { readonly body: Nodes; readonly otherwise: Nodes } {
  const { nodes: body, end } = parseNodes(pieces);
  if (end === undefined) throw new Error('a template has a block without its end');
  if (end === 'end') return { body, otherwise: [] };
  const rest = parseNodes(pieces);
  if (!mayHaveElse || rest.end !== 'end') throw new Error('a template has an else that is not understood here');
  return { body, otherwise: rest.nodes };
}

function parsePipeline(words: readonly string[]): Pipeline {
  const left = [...words];
  const pipeline = takePipeline(left);
  if (left.length > 0) throw new Error(`a template has words too many: ${words.join(' ')}`);
  return pipeline;
}

/** Takes words up to the end or a closing parenthesis. */
function takePipeline(words: string[]): Pipeline {
  const commands: Term[][] = [[]];
  while (words.length > 0 && words[0] !== ')') {
    const next = words.shift() ?? '';
    if (next === '|') commands.push([]);
    else commands.at(-1)?.push(takeTerm(next, words));
  }
  if (commands.some((command) => command.length === 0)) throw new Error('a template has an empty command');
  return commands;
}

function takeTerm(first: string, words: string[]): Term {
  if (first === '(') {
    const value = takePipeline(words);
    if (words.shift() !== ')') throw new Error('a template has a parenthesis that is not closed');
    return { kind: 'group', value };
  }
  if (first.startsWith('"')) return { kind: 'literal', value: JSON.parse(first) as string };
  if (/^-?\d/.test(first)) return { kind: 'literal', value: BigInt(first) };
  if (first === 'true' || first === 'false') return { kind: 'literal', value: first === 'true' };
  const [, variable, path] = /^(?:\$(\w*))?((?:\.\w*)*)$/.exec(first) ?? [];
  if (path !== undefined) return { kind: 'path', variable, fields: path.split('.').filter((field) => field !== '') };
  if (/^[A-Za-z]/.test(first)) return { kind: 'function', name: first };
  throw new Error(`a template has a ${first} where it is not understood here`);
}
