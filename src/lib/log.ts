import { pino } from 'pino';
import { cleanDetails, cleanText } from './log-details.ts';

/** What is worth a line, from the most to the least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where the program says what operators should know. The details may hold anything: secrets in them do not come through. */
export interface Log {
  debug: (details: Readonly<Record<string, unknown>>, message: string) => void;
  info: (details: Readonly<Record<string, unknown>>, message: string) => void;
  warn: (details: Readonly<Record<string, unknown>>, message: string) => void;
  error: (details: Readonly<Record<string, unknown>>, message: string) => void;
}

export interface LogOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Where the lines go. Default: standard error, written at once, so that the last line of a crash is not lost. */
  readonly destination?: { readonly write: (line: string) => unknown };
}

/** A log of JSON lines: time (ISO 8601), level, message, details. */
export function createLog({ level = 'info', destination }: LogOptions = {}): Log {
  const stream = destination ?? pino.destination({ fd: 2, sync: true });
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: escapeInvisible },
    },
    { write: (line: string) => void stream.write(line) },
  );
  const to =
    (write: (details: object, message: string) => void) =>
    (details: Readonly<Record<string, unknown>>, message: string): void => {
      write.call(logger, cleanDetails(details), cleanText(message));
    };
  return { debug: to(logger.debug), info: to(logger.info), warn: to(logger.warn), error: to(logger.error) };
}

/** JSON escapes the signs below U+0020; these others steer terminals or break lines too. */
export function escapeInvisible(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
