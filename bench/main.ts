/**
 * `npm run bench -- admission|apiserver|controller|informer|rules [--json] [--quick]`: costs as ratios inside one run, since
 * machines are noisy. Progress goes to standard error, the result to standard output.
 */
import { parseArgs } from "node:util";
import { benchAdmission } from "./admission.ts";
import { benchApiServer } from "./apiserver.ts";
import type { Bench, Row } from "./bench.ts";
import { benchController } from "./controller.ts";
import { benchInformer } from "./informer.ts";
import { benchRules } from "./rules.ts";

const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ["admission", benchAdmission],
  ["apiserver", benchApiServer],
  ["controller", benchController],
  ["informer", benchInformer],
  ["rules", benchRules],
]);

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const bench = BENCHES.get(positionals.join());

if (bench) {
  await run(bench);
} else {
  process.stderr.write(`usage: npm run bench -- ${[...BENCHES.keys()].join("|")} [--json]\n`);
  process.exitCode = 2;
}

/** A signal ends the bench after its present step, and all that it started with it; a second one at once. */
async function run(bench: Bench): Promise<void> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => stop.abort(new Error(`ended by ${name}`)));
  try {
    const { figures, rows } = await bench(say, values.quick ? "quick" : "whole", stop.signal);
    process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : rows.map(lineOf).join(""));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say(String(stop.signal.reason)); // whatever a step said that lost its peer to the same signal
    process.exitCode = 1;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function lineOf({ name, figure, goal }: Row): string {
  return `${name.padEnd(58)} ${figure.toFixed(3).padStart(7)}  ${goal}`.trimEnd().concat("\n");
}
