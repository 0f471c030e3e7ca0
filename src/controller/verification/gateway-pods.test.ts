import { expect, test } from "vitest";
import { Store } from "#kube/store.ts";
import { GATEWAY_NAME_LABEL, informedPods, PODS_BY_NAMESPACE, type Pod, withoutPodSpec } from "./gateway-pods.ts";

const READY: Pod = {
  metadata: { name: "gw", namespace: "team-a", uid: "u", labels: { app: "gateway" } },
  status: { phase: "Running", podIP: "10.0.0.1", conditions: [{ type: "Ready", status: "True" }] },
};

function readyNames(...pods: readonly Pod[]): readonly string[] {
  const store = new Store<Pod>([PODS_BY_NAMESPACE]);
  for (const [index, pod] of pods.entries()) store.set(String(index), withoutPodSpec(pod));
  const selector = { matchLabels: { app: "gateway" } };
  return informedPods(store)
    .ready({ namespace: "team-a", name: "chat" }, selector)
    .map(({ name }) => name);
}

const pod = (metadata: Partial<Pod["metadata"]>, status: Pod["status"] = {}): Pod => ({
  metadata: { ...READY.metadata, ...metadata },
  status: { ...READY.status, ...status },
});

test("a Pod that is ready is asked", () => {
  expect(readyNames(READY)).toEqual(["gw"]);
});

test.each<[string, Pod]>([
  ["of another namespace", pod({ namespace: "team-b" })],
  ["with other labels", pod({ labels: { app: "other" } })],
  ["of another gateway of the namespace", pod({ labels: { app: "gateway", [GATEWAY_NAME_LABEL]: "images" } })],
  ["that is not ready", pod({}, { conditions: [{ type: "Ready", status: "False" }] })],
  ["without conditions", pod({}, { conditions: [] })],
  ["that is ending", pod({ deletionTimestamp: "2026-01-01T00:00:00Z" })],
  ["that has failed", pod({}, { phase: "Failed" })],
  ["that has no address yet", pod({}, { podIP: "" })],
])("a Pod %s is not", (_, other) => {
  expect(readyNames(other)).toEqual([]);
});

test("a Pod that says that it is this gateway's is asked", () => {
  expect(readyNames(pod({ labels: { app: "gateway", [GATEWAY_NAME_LABEL]: "chat" } }))).toEqual(["gw"]);
});

test("no more is kept of a Pod than is read", () => {
  const whole = { ...READY, spec: { containers: [{ name: "envoy", env: [{ name: "KEY", value: "secret" }] }] } };
  expect(withoutPodSpec(whole)).toEqual(READY);
});
