import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import "./connect.ts"; // declares what is provided
import { gatherAuditLogsIn, readEnvironment } from "./environment.ts";
import { startControlPlane } from "./start.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/**
 * Starts the one control plane of a run before its first cluster suite and
 * stops it after the last. On a machine that can have none the suites are told
 * why; on a CI server that fails the run.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await using stack = new AsyncDisposableStack();
  if (readEnvironment().auditDirectory === undefined) await gatherAuditLogs(stack);
  try {
    const plane = stack.use(await startControlPlane({ certManager: true }));
    project.provide("controlPlane", { kind: "running", address: plane.address });
    const started = stack.move();
    return () => started.disposeAsync();
  } catch (error) {
    if (!(error instanceof ControlPlaneUnavailable) || readEnvironment().continuousIntegration) throw error;
    process.stderr.write(`\nTHE CLUSTER SUITES DID NOT RUN: ${error.message}\n\n`);
    project.provide("controlPlane", { kind: "unavailable", reason: error.message });
    return undefined;
  }
}

/** For test/permissions, whose workers start after this, and inherit the environment. */
async function gatherAuditLogs(stack: AsyncDisposableStack): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-audit-"));
  stack.defer(() => rm(directory, { recursive: true }));
  gatherAuditLogsIn(directory);
  stack.defer(() => gatherAuditLogsIn(undefined));
}
