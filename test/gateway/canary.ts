import { formsOf } from '../support/secret-forms.ts';

/** What C is logged in to with. None of it may show up anywhere else. */
export const canary = { username: 'robot$canary', password: 'pass/canary+7f3e' };

/** The token that a token server gives for it. */
export const canaryToken = 'token.canary-91c4.signature';

const secrets: readonly string[] = [canary.password, canaryToken].flatMap(formsOf);

/** The secrets that a text holds, as they are or encoded. */
export function secretsIn(text: string): readonly string[] {
  return secrets.filter((secret) => text.includes(secret));
}
