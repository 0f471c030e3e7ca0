import { expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { isReady, type Pod } from "../support/process-node/pod.ts";
import { startProcessNode } from "../support/process-node/process-node.ts";
import { suiteObjects } from "../support/process-node/suite-objects.ts";
import { useProcessNode } from "../support/process-node/use-process-node.ts";
import { ask, hostsBehind, urlOf } from "../support/tiny-server/asking.ts";
import { TINY_IMAGES, tinyContainer, tinyDeployment, tinyPod, tinyService } from "../support/tiny-server/manifests.ts";

describeOnControlPlane("the process node", (plane) => {
  const node = useProcessNode(plane, TINY_IMAGES);

  const { kubectl, apply, rolledOut, podsOf, onePod, urlOfService } = suiteObjects(plane);

  test.concurrent("runs a Deployment, with an address for each Pod and a Service that leads to all", async () => {
    await apply(tinyDeployment("many", { replicas: 3 }), tinyService("many"));
    expect(await rolledOut("many")).toContain("successfully rolled out");
    const addresses = new Set((await podsOf("many")).map(({ status }) => status?.podIP));
    expect(addresses.size).toBe(3);
    const url = await urlOfService("many");
    await poll("all are behind the Service", async () => (await hostsBehind(url)).size === 3);
    expect(await hostsBehind(url)).toEqual(addresses);

    await kubectl("scale", "deployment/many", "--replicas=1");
    await kubectl("wait", "deployment/many", "--for=jsonpath={.status.replicas}=1");
    const { status } = await onePod("many");
    expect(await hostsBehind(url)).toEqual(new Set([status?.podIP]));
  });

  test.concurrent("fails no request while a rollout replaces every Pod", async () => {
    const container = { env: [{ name: "LINGER", value: "300" }] };
    await apply(tinyDeployment("rolled", { replicas: 2, container }), tinyService("rolled"));
    await rolledOut("rolled");
    const before = await podsOf("rolled");
    const url = await urlOfService("rolled");
    const over = new AbortController();
    const asking = (async () => {
      for (let asked = 0; ; asked += 1) {
        if (over.signal.aborted) return asked;
        expect((await ask(`${url}/who`)).status).toBe(200);
      }
    })();
    await Promise.race([asking, kubectl("rollout", "restart", "deployment/rolled").then(() => rolledOut("rolled"))]);
    await poll("the old Pods are gone", async () => {
      const names = new Set((await podsOf("rolled")).map(({ metadata }) => metadata.name));
      return before.every(({ metadata }) => !names.has(metadata.name));
    });
    over.abort();
    expect(await asking).toBeGreaterThan(10);
    for (const { metadata } of before) {
      expect(node().logs.read(plane.namespace, metadata.name, "tiny")).toMatch(/asked to end\nends\n$/);
    }
  });

  test.concurrent("sends nobody to a Pod that is not ready, and somebody again when it is", async () => {
    await apply(tinyDeployment("moody"), tinyService("moody"));
    await rolledOut("moody");
    const url = await urlOfService("moody");
    await poll("the Service leads to it", async () => (await ask(`${url}/ready`)).status === 200);
    await ask(`${urlOf(await onePod("moody"))}/ready`, "DELETE");
    await poll("connections are refused", () =>
      ask(url).then(
        () => false,
        () => true,
      ),
    );
    expect(conditionOf(await onePod("moody"), "Ready")).toMatchObject({
      status: "False",
      message: "containers with unready status: [tiny]",
    });
    await ask(`${urlOf(await onePod("moody"))}/ready`, "PUT");
    await poll("the Service leads to it again", async () => (await ask(`${url}/ready`)).status === 200);
  });

  test.concurrent("starts a container again that was killed, each time later, and one that its liveness probe gives up", async () => {
    const livenessProbe = { httpGet: { port: 8080, path: "/alive" }, periodSeconds: 1, failureThreshold: 1 };
    const startupProbe = { tcpSocket: { port: "http" }, periodSeconds: 1 };
    await apply(tinyDeployment("mortal", { container: { livenessProbe, startupProbe } }));
    await rolledOut("mortal");
    const { metadata, status } = await onePod("mortal");
    const [first = 0] = node().processIds(plane.namespace, metadata.name);
    process.kill(first, "SIGKILL");
    const killed = await onePod("mortal", isReadyAfter(1));
    expect(killed.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({ exitCode: 137, signal: 9 });
    expect(killed.status?.podIP).toBe(status?.podIP);

    await ask(`${urlOf(killed)}/alive`, "DELETE");
    await onePod(
      "mortal",
      ({ status }) => status?.containerStatuses?.[0]?.state.waiting?.reason === "CrashLoopBackOff",
    );
    const again = await onePod("mortal", isReadyAfter(2));
    expect(again.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({ exitCode: 0 });
    const events = await kubectl("events", "--for", `pod/${metadata.name}`);
    expect(events).toContain("Liveness probe failed: HTTP status 503");
    expect(events).toContain("failed liveness probe, will be restarted");
  });

  test.concurrent("gives what is deleted its grace, and no more", async () => {
    await apply(lingering("ends", 500), lingering("endless", 60_000));
    await kubectl("wait", "--for=condition=Ready", "pod/ends", "pod/endless");
    const [endless = 0] = node().processIds(plane.namespace, "endless");
    const [followed] = await Promise.all([
      kubectl("logs", "--follow", "ends"),
      kubectl("delete", "pod", "ends"),
      kubectl("delete", "pod", "endless", "--grace-period=2"),
    ]);
    expect(followed).toMatch(/\nhook\nasked to end\nends\n$/);
    expect(node().logs.read(plane.namespace, "endless", "tiny")).toMatch(/\nhook\nasked to end\n$/);
    expect(() => process.kill(endless, 0)).toThrow("ESRCH");
  });
});

describeOnControlPlane("a process node that ends", (plane) => {
  test("leaves neither a process nor a Pod", async () => {
    const node = await startProcessNode(plane, TINY_IMAGES);
    await expect(startProcessNode(plane, TINY_IMAGES)).rejects.toThrow("has a node already");
    const processIds = await (async () => {
      await using _node = node;
      await plane.kubectl(["--namespace", plane.namespace, "apply", "-f", "-"], {
        input: JSON.stringify(lingering("lingers", 60_000)),
      });
      await plane.kubectl(["--namespace", plane.namespace, "wait", "--for=condition=Ready", "pod/lingers"]);
      return node.processIds(plane.namespace, "lingers");
    })();
    expect(processIds).toHaveLength(1);
    for (const processId of processIds) expect(() => process.kill(processId, 0)).toThrow("ESRCH");
    const nodes = await plane.kubectl(["get", "nodes", "-o", "name"]);
    expect(nodes.stdout).not.toContain(node.name);
    const pods = await plane.kubectl(["get", "pods", "-A", "-o", "wide"]);
    expect(pods.stdout).not.toContain(node.name);
  });
});

/** A Pod that takes so long to end. */
function lingering(name: string, milliseconds: number): object {
  const env = [{ name: "LINGER", value: `${milliseconds}` }];
  const lifecycle = { preStop: { httpGet: { port: "http", path: "/hook" } } };
  return tinyPod(name, { containers: [tinyContainer({ env, lifecycle })] });
}

function conditionOf({ status }: Pod, wanted: string) {
  return status?.conditions?.find(({ type }) => type === wanted);
}

/** Whether it is ready after so many restarts. */
function isReadyAfter(restarts: number): (pod: Pod) => boolean {
  return (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === restarts;
}
