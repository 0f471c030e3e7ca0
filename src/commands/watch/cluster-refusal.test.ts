import { expect, test } from "vitest";

import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { refusalOf } from "./cluster-refusal.ts";

const WATCH = { name: "watch", notAllowed: 3, notNow: 4 };

function answered(code: number, message: string): KubernetesError {
  return new KubernetesError(message, { code, reason: "" });
}

function unanswered(cause: unknown): KubernetesError {
  return new KubernetesError("GET /api: no answer", { code: 0, reason: "ConnectionFault", cause });
}

test.each<[unknown, number, string]>([
  [new ClusterConfigurationError("no kubeconfig at /x"), 2, "no kubeconfig at /x"],
  [answered(400, "unable to parse\n requirement\u001b[2J"), 2, "bad selector: unable to parse requirement\\u001b[2J"],
  [answered(401, "Unauthorized"), 3, "https://api does not accept the credentials of the kubeconfig: Unauthorized"],
  [answered(403, "secrets is forbidden"), 3, "forbidden: secrets is forbidden"],
  [answered(503, "starting"), 4, "https://api answered 503: starting"],
  [unanswered(new Error("connect ECONNREFUSED")), 4, "cannot reach https://api: connect ECONNREFUSED"],
  [
    unanswered(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" })),
    4,
    "cannot reach https://api: ECONNREFUSED",
  ],
  [unanswered(undefined), 4, "cannot reach https://api: GET /api: no answer"],
])("%s is something to put right, with exit code %d", (error, exitCode, message) => {
  expect(refusalOf(error, "https://api", WATCH)).toMatchObject({
    name: "UsageError",
    message: `watch: ${message}`,
    exitCode,
    cause: error,
  });
});

test("a fault of ours stays one", () => {
  const fault = new TypeError("x is undefined");
  expect(refusalOf(fault, "https://api", WATCH)).toBe(fault);
});
