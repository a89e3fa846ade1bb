import type { RegistryState } from '../domain/registry.ts';

/** The share of a registry's limit that is left to those who ask, rather than used up by looking for changes. */
const share = 0.25;

/** Whether so little is left of what a registry lets us ask that looking for changes has to stand back. */
export function isScarce({ rateLimit }: RegistryState): boolean {
  const { limit, remaining } = rateLimit ?? {};
  return limit !== undefined && remaining !== undefined && remaining <= share * limit;
}
