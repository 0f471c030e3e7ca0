/**
 * `npm run bench -- admission [--json]`: costs as ratios inside one run, since
 * machines are noisy. Progress goes to standard error, the result to standard output.
 */
import { parseArgs } from "node:util";
import { benchAdmission } from "./admission.ts";
import { leaveFirstProcessor } from "./peer-process.ts";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});

if (positionals.join() === "admission") {
  leaveFirstProcessor();
  const figures = await benchAdmission((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures));
} else {
  process.stderr.write("usage: npm run bench -- admission [--json]\n");
  process.exitCode = 2;
}

function table({ ratios, patchShare, approvalsCost }: Awaited<ReturnType<typeof benchAdmission>>): string {
  return [
    row("throughput over a server that only parses, small object", ratios.small, "at least 0.62"),
    row("throughput over a server that only parses, large object", ratios.large, "at least 0.58"),
    row("building the patch, as part of a review", patchShare, "at most 0.01"),
    row("a review with 100,000 approved models over one with 10", approvalsCost, "at most 1.2"),
  ].join("");
}

function row(name: string, figure: number, goal: string): string {
  return `${name.padEnd(58)} ${figure.toFixed(3).padStart(7)}  ${goal}\n`;
}
