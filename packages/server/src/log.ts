/** The three methods that startup code needs of a log; pino's logger has them. */
export interface Log {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** A log for tools and tests that say what they have to say in another way. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
