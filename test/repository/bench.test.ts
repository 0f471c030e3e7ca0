import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readEnvironment } from "../support/control-plane/environment.ts";

const ROOT = join(import.meta.dirname, "../..");

/** As for the control plane: a machine without Go may do without what needs it, a CI server may not. */
const canBuild = readEnvironment().continuousIntegration || spawnSync("go", ["version"]).status === 0;

test.runIf(canBuild)(
  "the bench of informers runs, beside client-node and client-go, and prints its figures",
  async () => {
    const words = [join(ROOT, "bench/main.ts"), "informer", "--quick", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
    const figures = JSON.parse(stdout) as Readonly<Record<string, number>>;
    expect(Object.keys(figures)).toEqual(
      expect.arrayContaining(["throughputOverClientNode", "heapOverClientGo", "syncOverClientGo", "admissionP99Ms"]),
    );
    for (const [name, figure] of Object.entries(figures))
      expect({ name, isPositive: figure > 0 }).toEqual({ name, isPositive: true });
  },
);
