import { spawnSync } from "node:child_process";

/**
 * `npm run verify`: every check that needs no cluster, one after the other, and
 * at the end a clean tree, since a generated file that changed is a stale one.
 */
const CHECKS = [
  ["npm", ["run", "--silent", "generate"]],
  ["tsc", ["--noEmit"]],
  ["oxlint", ["--type-aware", "--deny-warnings"]],
  ["biome", ["check", "--error-on-warnings"]],
  ["knip", []],
  ["git", ["diff", "--exit-code", "--stat"]],
] as const;

for (const [program, words] of CHECKS) {
  process.stderr.write(`verify: ${program} ${words.join(" ")}\n`);
  const { status, error } = spawnSync(program, words, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) {
    process.stderr.write(`verify: ${program} failed\n`);
    process.exitCode = 1;
    break;
  }
}
