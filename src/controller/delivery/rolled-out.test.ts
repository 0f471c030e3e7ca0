import { expect, test } from "vitest";
import { type DeploymentWithProgress, hasRolledOut } from "./rolled-out.ts";

const DONE = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

const deployment = (status: DeploymentWithProgress["status"], replicas = 2): DeploymentWithProgress => ({
  metadata: { name: "a", generation: 2 },
  spec: { replicas },
  ...(status && { status }),
});

test.each([
  ["all Pods are new and serve", deployment(DONE), true],
  ["none are wanted", deployment({ observedGeneration: 2 }, 0), true],
  ["nobody has looked at it", deployment(undefined), false],
  ["nobody has looked at it, and none are wanted", deployment(undefined, 0), false],
  ["it was edited since", deployment({ ...DONE, observedGeneration: 1 }), false],
  ["one is missing", deployment({ ...DONE, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), false],
  ["one is old", deployment({ ...DONE, replicas: 3, availableReplicas: 3 }), false],
  ["one does not serve", deployment({ ...DONE, availableReplicas: 1 }), false],
])("a Deployment has rolled out or not: %s", (_what, deployment, is) => {
  expect(hasRolledOut(deployment)).toBe(is);
});
