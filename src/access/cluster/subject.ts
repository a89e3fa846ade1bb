import { createHash } from 'node:crypto';
import type { Viewer } from '../access.ts';

/** A viewer as a cluster knows them. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
  /** What the cluster itself said of what the viewer showed, scopes of a token for one. */
  readonly extra: Viewer['extra'];
  /** Tells subjects apart: made of who says who they are, their name, their groups and what else was said of them. */
  readonly key: string;
}

/** Callers whose names a cluster knows. */
export interface KnownCallers {
  readonly kind: 'kubernetes' | 'oidc';
  readonly name: string;
}

/** What an API server counts everybody among whom it has authenticated. */
const authenticated = 'system:authenticated';

/**
 * Finds out whom a cluster knows a viewer as; `undefined` for viewers of callers whose names mean nothing there. What says who
 * gave a name is taken off again. Of a cluster's own callers all names are its own, while an issuer could name anybody: such
 * names as `system:masters`, which Kubernetes keeps for itself, count from a cluster alone.
 */
export function createSubjectOf(callers: readonly KnownCallers[]): (viewer: Viewer) => Subject | undefined {
  const known = new WeakMap<Viewer, Subject | 'nobody'>();

  return (viewer) => {
    const found = known.get(viewer) ?? subjectOf(callers, viewer) ?? 'nobody';
    known.set(viewer, found);
    return found === 'nobody' ? undefined : found;
  };
}

function subjectOf(callers: readonly KnownCallers[], { id, groups, extra }: Viewer): Subject | undefined {
  for (const { kind, name } of callers) {
    const prefix = `${kind}:${name}:`;
    if (!id.startsWith(prefix)) continue;
    const user = id.slice(prefix.length);
    const own = groups.filter((group) => group.startsWith(prefix)).map((group) => group.slice(prefix.length));
    if (kind === 'kubernetes') return keyed(id, user, own, extra);
    if (isReserved(user)) return undefined;
    return keyed(id, user, [...own.filter((group) => !isReserved(group)), authenticated]);
  }
  return undefined;
}

function isReserved(name: string): boolean {
  return name.startsWith('system:');
}

function keyed(id: string, user: string, groups: readonly string[], extra?: Viewer['extra']): Subject {
  const sorted = [...new Set(groups)].sort();
  const key = createHash('sha256')
    .update(JSON.stringify([id, sorted, extra ?? null]))
    .digest('base64url');
  return { user, groups: sorted, extra, key };
}
