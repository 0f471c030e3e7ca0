import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";

const BENCH = join(import.meta.dirname, "../../bench/main.ts");

const DETAILS = ["p50", "p95", "p99", "requestsPerSecond", "apiServerMicroseconds", "webhookMicroseconds"];

/** The bench starts a control plane of its own, since its webhooks and approved models are not for other suites. */
const LIMIT = { timeout: 180_000 };

describeOnControlPlane("the bench through the API server", () => {
  test("runs with every variant and prints its figures", LIMIT, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "apiserver", "--quick", "--json"]);
    const figures: unknown = JSON.parse(stdout);
    expect(valueAt(figures, ["addedLatencyOverFloor"])).toBeTypeOf("number");
    expect(valueAt(figures, ["throughputOverFloor"])).toBeGreaterThan(0);
    expect(valueAt(figures, ["withDefaults", "throughputOverFloor"])).toBeGreaterThan(0);
    for (const variant of ["none", "floor", "ours", "oursWithDefaults", "admissionPolicy"])
      for (const connections of ["one", "ten"])
        expect(Object.keys(valueAt(figures, ["variants", variant, connections]) ?? {})).toEqual(DETAILS);
  });
});
