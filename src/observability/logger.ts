import { type DestinationStream, type Logger, pino } from "pino";
import { LineWriter } from "./line-writer.ts";

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
      timestamp: isoTimestamp(),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** The time as pino wants it, `,"time":"…"`, written anew once a millisecond: a busy server logs ten lines in one. */
function isoTimestamp(): () => string {
  let [millisecond, text] = [Number.NaN, ""];
  return () => {
    const now = Date.now();
    if (now !== millisecond) [millisecond, text] = [now, `,"time":"${new Date(now).toISOString()}"`];
    return text;
  };
}

function standardError(): LineWriter {
  const writer = new LineWriter(2);
  process.once("exit", () => writer.flush());
  return writer;
}
