/** What an API server waits for a webhook that does not say otherwise. */
const DEFAULT_MILLISECONDS = 10_000;

/** The most that a webhook may ask for. */
const LONGEST_MILLISECONDS = 30_000;

/**
 * How long the API server waits, in milliseconds, as it says itself in the URL's
 * query: `?timeout=10s`, a Go duration. What is no positive duration counts as not
 * said.
 */
export function timeoutOf(url: string): number {
  const [, text = ""] = TIMEOUT.exec(url) ?? [];
  const milliseconds = durationOf(text);
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_MILLISECONDS) : DEFAULT_MILLISECONDS;
}

/**
 * How much earlier than the API server's deadline an answer leaves: it counts from
 * before it connected to us, and the answer must still get there. A tenth, and at
 * most half a second.
 */
export function marginOf(timeoutMilliseconds: number): number {
  return Math.min(timeoutMilliseconds / 10, LONGEST_MARGIN_MILLISECONDS);
}

const LONGEST_MARGIN_MILLISECONDS = 500;

const TIMEOUT = /[?&]timeout=([^&#]*)/;

/** Go's time.ParseDuration, in milliseconds; NaN for what it refuses. */
function durationOf(text: string): number {
  if (!DURATION.test(text)) return Number.NaN;
  let milliseconds = 0;
  for (const [, number, unit = ""] of text.matchAll(TERM)) milliseconds += Number(number) * (UNITS[unit] ?? Number.NaN);
  return milliseconds;
}

const DURATION = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;
const TERM = /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g;

/** Milliseconds of each. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
