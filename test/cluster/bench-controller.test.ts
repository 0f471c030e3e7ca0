import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { ControllerFigures } from "../../bench/controller.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";

const BENCH = join(import.meta.dirname, "../../bench/main.ts");

/** Against hanging: it starts a control plane and four processes, which takes a minute on two idle cores. */
const LIMIT = { timeout: 600_000 };

describeOnControlPlane("the bench of the controller", () => {
  test(
    "runs and prints its figures: a start writes nothing, a change does, and a policy that all break writes each status once and nothing for gateways to run",
    LIMIT,
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "controller", "--quick", "--json"]);
      const figures = JSON.parse(stdout) as ControllerFigures;
      expect(figures.startupWrites).toBe(0);
      expect(figures.startupCpuSeconds).toBeGreaterThan(0);
      expect(figures.reconcilesPerCpuSecond).toBeGreaterThan(0);
      expect(figures.changeWrites).toBeGreaterThan(0);
      const { admissionRatio, statusWrites, deliveries, wrongStatuses } = figures.policyEdit;
      expect(admissionRatio).toBeGreaterThan(0);
      expect({ deliveries, wrongStatuses }).toEqual({ deliveries: 0, wrongStatuses: 0 });
      expect(statusWrites).toBe(figures.gateways); // each once, and nobody else's
      expect(figures.memoryPerGateway.leader).not.toBeNaN();
      expect(figures.memoryPerGateway.follower).not.toBeNaN();
    },
  );
});
