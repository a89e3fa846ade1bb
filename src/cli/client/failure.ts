import { oneLine } from '../../lib/one-line.ts';
import type { Output } from '../output.ts';

/** How a command ends that did not go well: 1 not found or refused, 2 wrong usage, 3 the gateway is not there or failed. */
export type FailureCode = 1 | 2 | 3;

/** Why a command ends; what it throws on purpose. */
export interface CommandFailure extends Error {
  readonly exitCode: FailureCode;
}

/** Makes what a command throws to end with an exit code and one line. */
export function failure(exitCode: FailureCode, message: string): CommandFailure {
  return Object.assign(new Error(message), { exitCode });
}

/** Runs a command; a failure becomes its one line and its exit code. What else is thrown is a fault, and goes on. */
export async function reporting(output: Output, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!isFailure(error)) throw error;
    tell(output, error.message);
    return error.exitCode;
  }
}

/** Says something on stderr, in a line of its own that no text from outside can break. */
export function tell({ stderr }: Output, message: string): void {
  stderr.write(`tributary: ${oneLine(message)}\n`);
}

function isFailure(error: unknown): error is CommandFailure {
  return typeof error === 'object' && error !== null && 'exitCode' in error;
}
