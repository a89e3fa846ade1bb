import { isGatewayError, type ErrorCode, type GatewayError } from '../domain/errors.ts';
import type { Mode } from '../image-streams/writer.ts';
import { cleanMessage } from './errors.ts';
import { mutating, type MutationCall } from './mutation.ts';

/** Something about the input of a mutation that another input would mend. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  /** The way to what it is about, within the input. */
  readonly field: readonly string[] | undefined;
}

/** What another input would mend. Every other failure is an error of the operation. */
const ofInput: ReadonlySet<ErrorCode> = new Set([
  'REFERENCE_INVALID',
  'ARGUMENT_INVALID',
  'REGISTRY_UNKNOWN',
  'SOURCE_AMBIGUOUS',
  'NOT_FOUND',
  'CONFLICT',
  'UNSUPPORTED',
]);

/** What errors are about that do not say so themselves: a path into the input, as `from.name`, by code. */
export type Blame = Partial<Readonly<Record<ErrorCode, string>>>;

/**
 * Answers a mutation: with what it came to, or with what is wrong about its input. Whatever else fails is thrown, above all
 * that nothing may be written at all, whatever the input.
 */
export async function answering<Answer extends object, Failed extends object>(
  call: MutationCall,
  failed: Failed,
  blame: Blame,
  write: (how: Mode) => Promise<Answer>,
): Promise<(Answer | Failed) & { readonly userErrors: readonly UserError[] }> {
  try {
    return { ...(await mutating(call, write)), userErrors: [] };
  } catch (error) {
    if (!isGatewayError(error) || !ofInput.has(error.code)) throw error;
    return { ...failed, userErrors: [userErrorOf(error, blame)] };
  }
}

function userErrorOf({ code, message, details }: GatewayError, blame: Blame): UserError {
  const argument = 'argument' in details ? details.argument : blame[code];
  return { code, message: cleanMessage(message), field: argument?.split('.') };
}
