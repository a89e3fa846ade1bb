import type { Viewer } from '../access.ts';
import type { ShownToken } from './shown-token.ts';

/** One way to find out who shows a token: what an entry of `access.callers` becomes. */
export interface CallerKind {
  /** The configured name, which the names of its viewers carry. */
  readonly name: string;
  /**
   * Whether a token can be one of its own, as far as the token itself tells: where one kind says `only-mine`, no other is
   * shown the token, and who says `not-mine` is not either.
   */
  readonly concerns: (token: ShownToken) => 'only-mine' | 'maybe-mine' | 'not-mine';
  /** Who shows a token that concerns it. Rejects with AUTH_UNAVAILABLE where that cannot be told now. */
  readonly identify: (token: ShownToken) => Promise<Finding>;
}

export type Finding =
  | { readonly kind: 'viewer'; readonly viewer: Viewer }
  /** Nobody, or nobody who may call. `why` is for operators, and holds nothing of the token. */
  | { readonly kind: 'refused'; readonly why: string };

export function refused(why: string): Finding {
  return { kind: 'refused', why };
}

/** Who somebody is, as those say who know them. */
export interface Subject {
  readonly name: string;
  readonly groups: readonly string[];
  readonly expiresAt: number | undefined;
  readonly extra?: Viewer['extra'];
}

/**
 * Makes a viewer whose names say who gave them: `oidc:corp:alice`. So nobody gives names that others give, nor `system:` ones
 * of a cluster.
 */
export function viewerOf(kind: 'oidc' | 'kubernetes' | 'token', callers: string, subject: Subject): Finding {
  const named = (name: string): string => `${kind}:${callers}:${name}`;
  const { name, groups, expiresAt, extra } = subject;
  return { kind: 'viewer', viewer: { id: named(name), groups: groups.map(named), expiresAt, extra } };
}

/** Whether a value can be the name of a user or a group: text, not empty, and no longer than any name is. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 1024;
}

/** Groups as they are given: a list of names, one name, or none at all; `undefined` where it is something else. */
export function readGroups(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every(isName) ? list : undefined;
}
