import { expect, test } from "vitest";
import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { refusalOf } from "./cluster-refusal.ts";

function answered(code: number, message: string): KubernetesError {
  return new KubernetesError(message, { code, reason: "" });
}

function unanswered(cause: unknown): KubernetesError {
  return new KubernetesError("GET /api: no answer", { code: 0, reason: "ConnectionFault", cause });
}

test.each<[unknown, string]>([
  [new ClusterConfigurationError("no kubeconfig at /x"), "no kubeconfig at /x"],
  [answered(400, "unable to parse\n requirement\u001b[2J"), "bad selector: unable to parse requirement\\u001b[2J"],
  [answered(401, "Unauthorized"), "https://api does not accept the credentials of the kubeconfig: Unauthorized"],
  [answered(403, "secrets is forbidden"), "forbidden: secrets is forbidden"],
  [answered(503, "starting"), "https://api answered 503: starting"],
  [unanswered(new Error("connect ECONNREFUSED")), "cannot reach https://api: connect ECONNREFUSED"],
  [
    unanswered(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" })),
    "cannot reach https://api: ECONNREFUSED",
  ],
  [unanswered(undefined), "cannot reach https://api: GET /api: no answer"],
])("%s is something to put right", (error, message) => {
  expect(refusalOf(error, "https://api")).toMatchObject({
    name: "UsageError",
    message: `watch: ${message}`,
    cause: error,
  });
});

test("a fault of ours stays one", () => {
  const fault = new TypeError("x is undefined");
  expect(refusalOf(fault, "https://api")).toBe(fault);
});
