import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { ControlPlaneAddress } from "../support/control-plane/address.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { kubernetesVersion } from "../support/control-plane/modules.ts";
import { poll } from "../support/control-plane/poll.ts";
import { startControlPlane } from "../support/control-plane/start.ts";

describeOnControlPlane("the control plane", (plane) => {
  test("answers in the version of the one setting", async () => {
    const { body } = await plane.request("GET", "/version");
    const { gitVersion } = body as { gitVersion: string };
    // KUBEBUILDER_ASSETS brings a version of its own.
    expect(gitVersion).toBe(plane.origin === "built" ? kubernetesVersion() : gitVersion);
  });

  test("gives a Service an address that this machine owns", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "webhook" },
      spec: { ports: [{ port: 443 }] },
    };
    const { body } = await plane.request("POST", `/api/v1/namespaces/${plane.namespace}/services`, { body: service });
    const { clusterIP } = (body as { spec: { clusterIP: string } }).spec;
    expect(isIPv4(clusterIP)).toBe(true);
    expect(plane.serviceRange).toBe(`${clusterIP.split(".").slice(0, 3).join(".")}.0/24`);
    expect(clusterIP).toMatch(/^127\.244\./);
  });

  test("stores what kubectl applies and deletes what kubectl deletes", async () => {
    const inNamespace = ["--namespace", plane.namespace];
    const input = JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { colour: "green" },
    });
    const applied = await plane.kubectl([...inNamespace, "apply", "-f", "-"], { input });
    expect(applied.stdout).toBe("configmap/settings created\n");
    const path = `/api/v1/namespaces/${plane.namespace}/configmaps/settings`;
    expect((await plane.request("GET", path)).body).toMatchObject({ data: { colour: "green" } });
    expect((await plane.request("PATCH", path, { body: { data: { colour: "blue" } } })).status).toBe(200);
    const got = await plane.kubectl([...inNamespace, "get", "configmap", "settings", "-o", "jsonpath={.data.colour}"]);
    expect(got.stdout).toBe("blue");
    await plane.kubectl([...inNamespace, "delete", "configmap", "settings"]);
    const missing = await plane.kubectl([...inNamespace, "get", "configmap", "settings"], { expect: 1 });
    expect(missing.stderr).toContain("NotFound");
    await expect(plane.kubectl([...inNamespace, "get", "configmap", "settings"])).rejects.toThrow(
      "ended with 1, not 0",
    );
  });

  test.runIf(plane.hasControllerManager)("really deletes a namespace with what is in it", async () => {
    const namespace = await plane.createNamespace("short-lived");
    await plane.kubectl(["--namespace", namespace.name, "create", "configmap", "settings"]);
    await namespace[Symbol.asyncDispose]();
    await poll("the namespace gone", async () => {
      return (await plane.request("GET", `/api/v1/namespaces/${namespace.name}`)).status === 404;
    });
  });
});

describeOnControlPlane("a second control plane beside the first", (first) => {
  test("has its own addresses, records who asked for what, and leaves nothing behind when a test throws", async () => {
    let address: ControlPlaneAddress | undefined;
    const failing = async () => {
      await using second = await startControlPlane({ auditLog: true });
      address = second.address;
      expect(second.serviceRange).not.toBe(first.serviceRange);
      expect(second.podRange).not.toBe(first.podRange);
      await second.request("GET", "/api/v1/namespaces/recorded");
      await poll("the request recorded", async () => {
        return (await readFile(second.auditLog ?? "", "utf8")).includes("/api/v1/namespaces/recorded");
      });
      throw new Error("as a test does");
    };
    await expect(failing()).rejects.toThrow("as a test does");
    expectGone(address);
  });

  test("its API server can be killed and started again on what was stored, and etcd made to forget the past", async () => {
    await using second = await startControlPlane();
    const path = "/api/v1/namespaces/default/configmaps";
    const before = processOf(second, "kube-apiserver");
    const { body } = await second.request("POST", path, { body: { metadata: { name: "kept" } } });
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    await second.stopApiServer("SIGKILL");
    expect(isRunning(before)).toBe(false);
    await expect(second.request("GET", path)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await second.startApiServer();
    expect(isRunning(processOf(second, "kube-apiserver"))).toBe(true);
    expect((await second.request("GET", `${path}/kept`)).status).toBe(200);
    await second.compactEtcd();
    const past = { key: btoa("/registry/configmaps/default/kept"), revision: resourceVersion };
    const answer = await fetch(`${second.etcd}/v3/kv/range`, { method: "POST", body: JSON.stringify(past) });
    expect(await answer.text()).toContain("required revision has been compacted");
  });

  test("ends when its parent is killed without a chance to stop it", async () => {
    const { parent, address } = await startInAnotherProcess();
    expect(Object.keys(address.processIds)).toContain("kube-apiserver");
    for (const id of Object.values(address.processIds)) expect(isRunning(id)).toBe(true);
    parent.kill("SIGKILL");
    await poll("all processes gone", async () => !Object.values(address.processIds).some(isRunning));
    expectGone(address);
  });
});

async function startInAnotherProcess(): Promise<{ parent: ChildProcess; address: ControlPlaneAddress }> {
  const program = join(import.meta.dirname, "../support/control-plane/standing-plane.ts");
  const parent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    const lines = createInterface(parent.stdout);
    lines.once("line", resolve).once("close", () => reject(new Error("the other process ended without a word")));
  });
  return { parent, address: JSON.parse(line) as ControlPlaneAddress };
}

function expectGone(address: ControlPlaneAddress | undefined): void {
  if (address === undefined) throw new Error("it never ran");
  expect(Object.values(address.processIds).filter(isRunning)).toEqual([]);
  expect(existsSync(address.directory)).toBe(false);
}

function processOf({ processIds }: Pick<ControlPlaneAddress, "processIds">, name: string): number {
  return processIds[name] ?? Number.NaN;
}

/** Signal 0 asks without sending. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
