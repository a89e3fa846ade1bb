import type { Dialect } from '../session.ts';

/** One step from a store to the next version. Never changed once it was released: what is to be different is another step. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  /** The statements for each engine, in their order. */
  readonly statements: Readonly<Record<Dialect['kind'], readonly string[]>>;
}
