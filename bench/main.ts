/**
 * `npm run bench -- admission|apiserver|informer [--json] [--quick]`: costs as ratios inside one run, since
 * machines are noisy. Progress goes to standard error, the result to standard output.
 */
import { parseArgs } from "node:util";
import { benchAdmission } from "./admission.ts";
import { benchApiServer } from "./apiserver.ts";
import type { Bench, Row } from "./bench.ts";
import { benchInformer } from "./informer.ts";

const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ["admission", benchAdmission],
  ["apiserver", benchApiServer],
  ["informer", benchInformer],
]);

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const bench = BENCHES.get(positionals.join());

if (bench) {
  const { figures, rows } = await bench((line) => process.stderr.write(`${line}\n`), values.quick ? "quick" : "whole");
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : rows.map(lineOf).join(""));
} else {
  process.stderr.write(`usage: npm run bench -- ${[...BENCHES.keys()].join("|")} [--json]\n`);
  process.exitCode = 2;
}

function lineOf({ name, figure, goal }: Row): string {
  return `${name.padEnd(58)} ${figure.toFixed(3).padStart(7)}  ${goal}`.trimEnd().concat("\n");
}
