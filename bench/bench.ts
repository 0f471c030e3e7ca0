/**
 * Measures, and says each step of it. `quick` only shows that it works: its figures
 * mean nothing. Throws the signal's reason between two steps, with everything that
 * it started stopped.
 */
export type Bench = (
  report: (line: string) => void,
  extent: "whole" | "quick",
  signal: AbortSignal,
) => Promise<BenchResult>;

/** Says a step, after which the bench may have to end. */
export function inSteps(report: (line: string) => void, signal: AbortSignal): (line: string) => void {
  return (line) => {
    report(line);
    signal.throwIfAborted();
  };
}

export interface BenchResult {
  /** What `--json` prints. */
  readonly figures: object;
  /** What is printed otherwise. */
  readonly rows: readonly Row[];
}

export interface Row {
  readonly name: string;
  readonly figure: number;
  /** In words; empty where there is none. */
  readonly goal: string;
}
