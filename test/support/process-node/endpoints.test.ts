import { expect, test } from "vitest";
import { endpointsOf, type Service } from "./endpoints.ts";
import type { Pod } from "./pod.ts";

const service: Service = {
  metadata: { namespace: "n", name: "s" },
  spec: { selector: { app: "a" }, ports: [] },
};

/** A Pod of the Service, ready at 127.0.0.NUMBER, but for the differences. */
function pod(number: number, differences: { metadata?: object; ready?: "True" | "False" } = {}): Pod {
  const { metadata, ready = "True" } = differences;
  return {
    metadata: { namespace: "n", name: `p${number}`, labels: { app: "a" }, ...metadata },
    spec: { containers: [{ name: "c", image: "i", ports: [{ name: "http", containerPort: 8080 }] }] },
    status: { phase: "Running", podIP: `127.0.0.${number}`, conditions: [{ type: "Ready", status: ready }] },
  };
}

const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };

test.for<[string, readonly Pod[], readonly number[]]>([
  ["those that are ready", [pod(1), pod(2, { ready: "False" }), pod(3)], [1, 3]],
  ["those that the selector names", [pod(1), pod(2, { metadata: { labels: { app: "b" } } })], [1]],
  ["those of its namespace", [pod(1), pod(2, { metadata: { namespace: "m" } })], [1]],
  ["those that stay", [pod(1, { metadata: deleted }), pod(2)], [2]],
  ["those that go, when none stays", [pod(1, { metadata: deleted }), pod(2, { ready: "False" })], [1]],
])("a Service leads to %s", ([, pods, numbers]) => {
  const endpoints = endpointsOf(service, { port: 80, targetPort: "http" }, pods);
  expect(endpoints).toEqual(numbers.map((number) => ({ address: `127.0.0.${number}`, port: 8080 })));
});

test("without a selector it leads nowhere, and with publishNotReadyAddresses to whoever runs", () => {
  const unready = pod(1, { ready: "False" });
  const endpoints = (spec: Service["spec"]) => endpointsOf({ ...service, spec }, { port: 80 }, [pod(2), unready]);
  expect(endpoints({})).toEqual([]);
  expect(endpoints({ selector: { app: "a" }, publishNotReadyAddresses: true })).toHaveLength(2);
});

test("the port is the number, the named port of the Pod, or the Service's own", () => {
  const ports = [{ port: 80 }, { port: 80, targetPort: 81 }, { port: 80, targetPort: "http" }];
  expect(ports.map((port) => endpointsOf(service, port, [pod(1)])[0]?.port)).toEqual([80, 81, 8080]);
  expect(endpointsOf(service, { port: 80, targetPort: "other" }, [pod(1)])).toEqual([]);
});
