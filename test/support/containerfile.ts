/** One instruction of a Containerfile: `COPY`, with the words behind it. */
export interface Instruction {
  readonly name: string;
  /** What stands behind it, in one line, its arguments filled in. */
  readonly text: string;
}

/** What is between one FROM and the next. */
export interface Stage {
  readonly base: string;
  readonly alias: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Containerfile as a build without build arguments does. Throws where an argument has no default. */
export function parseContainerfile(text: string): readonly Stage[] {
  const stages: { base: string; alias: string | undefined; instructions: Instruction[] }[] = [];
  const defaults = new Map<string, string>();
  for (const { name, text: raw } of instructionsIn(text)) {
    const filled = raw.replaceAll(/\$\{(\w+)\}/g, (_, argument: string) => {
      const value = defaults.get(argument);
      if (value === undefined) throw new Error(`the Containerfile uses ${argument}, which has no default`);
      return value;
    });
    if (name === 'ARG') {
      const [, argument = '', value] = /^(\w+)(?:=(.*))?$/.exec(filled) ?? [];
      if (value !== undefined) defaults.set(argument, value);
    } else if (name === 'FROM') {
      const [base = '', , alias] = filled.split(/\s+/);
      stages.push({ base, alias, instructions: [] });
    } else stages.at(-1)?.instructions.push({ name, text: filled });
  }
  return stages;
}

function instructionsIn(text: string): readonly Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines.flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, text: rest.trim() }];
  });
}

/** What all instructions of a name say. */
export function said(stage: Stage, name: string): readonly string[] {
  return stage.instructions.flatMap((instruction) => (instruction.name === name ? [instruction.text] : []));
}
