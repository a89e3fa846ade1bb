import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

/** Kubernetes, "Labels and Selectors", syntax and character set: a name, perhaps after the domain of who defined it. */
const namePattern = /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const valuePattern = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** How many labels an object has at most. */
const mostLabels = 100;

/** Reads labels as Kubernetes has them, which a cluster would take too. Throws ARGUMENT_INVALID. */
export function parseLabels(
  pairs: readonly { readonly key: string; readonly value: string }[],
): Readonly<Record<string, string>> {
  if (pairs.length > mostLabels) throw invalid(`there are ${pairs.length} labels, at most ${mostLabels} are allowed`);
  const labels = new Map<string, string>();
  for (const { key, value } of pairs) {
    if (!namePattern.test(key))
      throw invalid(
        `${quote(key)} cannot be a label: expected 1 to 63 letters, digits, "-", "_" or ".", perhaps after a domain and "/"`,
      );
    if (!valuePattern.test(value))
      throw invalid(
        `${quote(value)} cannot be the value of ${quote(key)}: expected at most 63 letters, digits, "-", "_" or "."`,
      );
    if (labels.has(key)) throw invalid(`the label ${quote(key)} is there twice`);
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}

function invalid(message: string): GatewayError<'ARGUMENT_INVALID'> {
  return new GatewayError('ARGUMENT_INVALID', message, { argument: 'labels' });
}
