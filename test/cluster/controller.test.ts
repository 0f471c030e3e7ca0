import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

vi.setConfig({ testTimeout: 60_000 });

describeOnControlPlane(
  "the controller, as the chart installs it",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let gatehouse: InstalledGatehouse;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      gatehouse = stack.use(
        await installGatehouse(plane, { replicas: 2, values: { "secretNamespaces[0]": plane.namespace } }),
      );
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    /** Who leads, by the Lease: the name of a Pod, and which of its processes. */
    const leader = () =>
      poll("somebody leads", async () => {
        const path = ["get", "lease", "gatehouse", "-o", "jsonpath={.spec.holderIdentity}"];
        const { stdout } = await plane.kubectl(["--namespace", gatehouse.namespace, ...path]);
        const [pod, process] = stdout.split("_");
        return process !== undefined && { pod, identity: stdout };
      });

    test("one of the Pods leads; killed, it leads no more within the time of its lease", async () => {
      const { pod, identity } = await leader();
      const leading = (await gatehouse.deployment.pods()).find(({ name }) => name === pod);
      if (leading === undefined) throw new Error(`${pod} is no ready Pod`);
      process.kill(leading.processId, "SIGKILL");
      const started = performance.now();
      await poll("another leads", async () => (await leader()).identity !== identity, { within: 30_000 });
      expect(performance.now() - started).toBeGreaterThan(10_000); // it was killed, and released nothing
    });

    test("a leader that is asked to end hands over at once", async () => {
      const { identity } = await leader();
      const exits = gatehouse.deployment.replace();
      const started = performance.now();
      await poll("another leads", async () => (await leader()).identity !== identity, { within: 10_000 });
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(await exits).toEqual([0, 0]);
    });
  },
  { certManager: true },
);
