import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** A rule of a Role, as Kubernetes has it. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const documentation = readFileSync(new URL('../../docs/openshift.md', import.meta.url), 'utf8');
const blocks = [...documentation.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

/** The rules of the role that the documentation gives, and those that it adds for mutations. */
export const reading = rulesOf(blocks.find((text) => text.includes('kind: ClusterRole\n')));
export const writing = rulesOf(blocks.find((text) => text.includes('imagestreamimports')));

function rulesOf(text: string | undefined): readonly PolicyRule[] {
  const [first] = parseAllDocuments(text ?? '');
  const value = first?.toJS() as { readonly rules: readonly PolicyRule[] } | readonly PolicyRule[];
  return 'rules' in value ? value.rules : value;
}
