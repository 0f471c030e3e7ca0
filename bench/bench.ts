/** Measures, and says each step of it. `quick` only shows that it works: its figures mean nothing. */
export type Bench = (report: (line: string) => void, extent: "whole" | "quick") => Promise<BenchResult>;

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
