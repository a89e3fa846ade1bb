const inspect = Symbol.for('nodejs.util.inspect.custom');
const redacted = '[redacted]';

/** A string that no log, error or answer shows by accident: only `reveal` gives it away. */
export interface Secret {
  /** The string itself. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
  [inspect](): string;
}

/** Wraps a string so that printing, serializing or inspecting it shows `[redacted]`. */
export function createSecret(value: string): Secret {
  const hide = (): string => redacted;
  return { reveal: () => value, toString: hide, toJSON: hide, [inspect]: hide };
}
