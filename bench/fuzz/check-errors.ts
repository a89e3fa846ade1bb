/** Throws where one of the errors of an answer, or of a message, is not ours to show: without a code, or masked. */
export function checkErrors(answer: unknown): void {
  for (const error of errorsIn(answer)) {
    const { code } = error.extensions ?? {};
    if (typeof code !== 'string' || code === 'INTERNAL') throw new Error(`answered with ${JSON.stringify(error)}`);
  }
}

interface Shown {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown };
}

function errorsIn(answer: unknown): readonly Shown[] {
  if (Array.isArray(answer)) return answer as readonly Shown[];
  if (typeof answer !== 'object' || answer === null || !('errors' in answer)) return [];
  return Array.isArray(answer.errors) ? (answer.errors as readonly Shown[]) : [];
}
