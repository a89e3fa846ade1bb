import { quote } from '../domain/quote.ts';
import { hintAt, refused, type Entry } from './delivery.ts';

/**
 * The hint about a repository whose name may begin with a host, as docker's references do: with a dot, a port or
 * `localhost`. A host must mean the registry whose webhook this is, whatever the sender's secret: one registry's sender
 * says nothing of another.
 */
export function hintAtOwn(name: string, tag: string | undefined, names: readonly string[]): Entry {
  const slash = name.indexOf('/');
  const host = name.slice(0, Math.max(slash, 0));
  if (host !== 'localhost' && !/[.:]/.test(host)) return hintAt(name, tag);
  if (!names.some((own) => own.toLowerCase() === host.toLowerCase())) {
    return refused(
      `it is about ${quote(host)}, which does not mean the registry of this webhook: send it to that registry's webhook, or add the host to this one's aliases`,
    );
  }
  return hintAt(name.slice(slash + 1), tag);
}
