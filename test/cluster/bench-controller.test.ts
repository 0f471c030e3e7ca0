import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { ControllerFigures } from "../../bench/controller.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";

const BENCH = join(import.meta.dirname, "../../bench/main.ts");

/** It starts a control plane of its own. */
const LIMIT = { timeout: 180_000 };

describeOnControlPlane("the bench of the controller", () => {
  test("runs and prints its figures: a start writes nothing, and a change does", LIMIT, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "controller", "--quick", "--json"]);
    const figures = JSON.parse(stdout) as ControllerFigures;
    expect(figures.startupWrites).toBe(0);
    expect(figures.startupCpuSeconds).toBeGreaterThan(0);
    expect(figures.reconcilesPerCpuSecond).toBeGreaterThan(0);
    expect(figures.changeWrites).toBeGreaterThan(0);
  });
});
