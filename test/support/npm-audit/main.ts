import { spawnSync } from "node:child_process";
import { judgeAudit } from "./judge-audit.ts";

// For .ci/run: asks the registry for known faults of production packages, and fails on those that matter.

/** A registry that is away must not hold up CI for the five minutes that npm waits by itself. */
const PATIENCE = ["--fetch-timeout=30000", "--fetch-retries=1"];

const { stdout, error } = spawnSync("npm", ["audit", "--omit=dev", "--json", ...PATIENCE], { encoding: "utf8" });
if (error) throw error;
const { outcome, lines } = judgeAudit(stdout);
process.stdout.write(`${lines.join("\n")}\n`);
if (outcome === "findings") process.exitCode = 1;
