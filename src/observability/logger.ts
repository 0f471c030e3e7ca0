import { type DestinationStream, type Logger, pino } from "pino";

/** From the most to the least talkative. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type { Logger } from "pino";

/**
 * A logger of JSON lines. They go to standard error, as standard output is for
 * what a command was asked for.
 */
export function createLogger(level: LogLevel, destination: DestinationStream = standardError()): Logger {
  return pino(
    {
      level,
      base: null, // process id and host name say nothing in a Pod
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** Lines are written together, since a system call for each is 8 % of a review. */
const BATCH_BYTES = 4096;

/** A line that is alone still shows up while one looks. */
const LONGEST_WAIT_MILLISECONDS = 100;

/** Flushed by pino when the process exits, also after an uncaught exception. */
function standardError(): DestinationStream {
  return pino.destination({
    dest: 2,
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: LONGEST_WAIT_MILLISECONDS,
  });
}
