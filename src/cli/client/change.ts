import { failureOfUserErrors, type UserError } from './answer-errors.ts';
import { failure } from './failure.ts';
import type { GatewayClient } from './gateway-client.ts';

/** What a mutation answers as `done`. Rejects with a failure where its input is refused. */
export async function change<Done>(
  client: GatewayClient,
  mutation: string,
  input: object,
  hint?: string,
): Promise<Done> {
  const { done } = await client.ask<{ readonly done: (Done & { readonly userErrors: readonly UserError[] }) | null }>(
    mutation,
    { input },
  );
  if (done === null) throw failure(3, 'the gateway answered nothing');
  if (done.userErrors.length > 0) throw failureOfUserErrors(done.userErrors, hint);
  return done;
}

/** What is said of what was not done. */
export function asIf({ dryRun }: { readonly dryRun: boolean }): string {
  return dryRun ? ' (dry run)' : '';
}
