import type { TestProject } from "vitest/node";
import "./connect.ts"; // declares what is provided
import { readEnvironment } from "./environment.ts";
import { startControlPlane } from "./start.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/**
 * Starts the one control plane of a run before its first cluster suite and
 * stops it after the last. On a machine that can have none the suites are told
 * why; on a CI server that fails the run.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const plane = await startControlPlane({ certManager: true });
    project.provide("controlPlane", { kind: "running", address: plane.address });
    return async () => plane[Symbol.asyncDispose]();
  } catch (error) {
    if (!(error instanceof ControlPlaneUnavailable) || readEnvironment().continuousIntegration) throw error;
    process.stderr.write(`\nTHE CLUSTER SUITES DID NOT RUN: ${error.message}\n\n`);
    project.provide("controlPlane", { kind: "unavailable", reason: error.message });
    return undefined;
  }
}
