import { once } from "node:events";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type ControlPlane, startControlPlane } from "../support/control-plane/start.ts";
import { AdmissionLoad } from "../support/gatehouse/admission-load.ts";
import type { GatehousePod } from "../support/gatehouse/deployment.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

vi.setConfig({ testTimeout: 120_000 }); // processes start while the load takes what the machine has

// On a plane of its own, since others could not bear their API server's end.
describeOnControlPlane(
  "while reviews are asked for without a pause, none fails",
  () => {
    const stack = new AsyncDisposableStack();
    let plane: ControlPlane;
    let gatehouse: InstalledGatehouse;
    let namespace: string;

    beforeAll(async () => {
      plane = stack.use(await startControlPlane({ certManager: true }));
      await installCustomResourceDefinitions(plane);
      await plane.kubectl(["apply", "--server-side", "-f", join(EXAMPLES, "objects")]);
      gatehouse = stack.use(await installGatehouse(plane, { replicas: 2 }));
      namespace = stack.use(await plane.createNamespace("load")).name;
    });

    afterAll(() => stack.disposeAsync());

    const underLoad = async (disturb: (load: AdmissionLoad) => Promise<void>) => {
      const load = new AdmissionLoad(plane, namespace);
      await load.pass(20);
      await disturb(load);
      await load.pass(20);
      return load.end();
    };

    const evict = async (pod: GatehousePod | undefined): Promise<number> => {
      const path = `/api/v1/namespaces/${gatehouse.namespace}/pods/${pod?.name}/eviction`;
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod?.name } };
      return (await plane.request("POST", path, { body })).status;
    };

    /** What the process behind the Service shows now to whoever connects. */
    const shownCertificate = async (): Promise<string> => {
      const { hostname: host, port } = new URL((await gatehouse.deployment.pod()).admission);
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };

    test("when a rolling update replaces both Pods", async () => {
      const { failures } = await underLoad(async () => {
        expect(await gatehouse.deployment.replace()).toEqual([0, 0]);
      });
      expect(failures).toEqual([]);
    });

    test("when a Pod is evicted, while the other one may not be", async () => {
      const { failures } = await underLoad(async () => {
        const [one, other] = await gatehouse.deployment.pods();
        await poll("one may go", async () => (await evict(one)) === 201);
        expect(await evict(other)).toBe(429);
        await poll("there are two again", async () => {
          const pods = await gatehouse.deployment.pods();
          return pods.length === 2 && pods.every(({ name }) => name !== one?.name);
        });
      });
      expect(failures).toEqual([]);
    });

    test("when cert-manager renews the certificate again and again, and its authority once", async () => {
      const { failures } = await underLoad(async (load) => {
        for (const name of ["gatehouse", "gatehouse", "gatehouse-ca", "gatehouse"]) {
          const shown = await shownCertificate();
          await renew(plane, gatehouse.namespace, name);
          if (name === "gatehouse") await poll("it is shown", async () => (await shownCertificate()) !== shown);
          await load.pass(20);
        }
        await gatehouse.deployment.replace();
      });
      expect(failures).toEqual([]);
    });

    test("when the API server is killed and started again, but for what it cut itself", async () => {
      const { failures, cut } = await underLoad(async () => {
        await plane.stopApiServer("SIGKILL");
        await plane.startApiServer();
      });
      expect(failures).toEqual([]);
      expect(cut).toBeGreaterThan(0);
    });
  },
  { certManager: true },
);

/** As `cmctl renew` does it: the Certificate says of itself that it is being issued. Resolves when it was. */
async function renew({ request }: ControlPlane, namespace: string, name: string): Promise<void> {
  const path = `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/${name}`;
  const revision = async () => valueAt((await request("GET", path)).body, ["status", "revision"]);
  const before = await revision();
  const issuing = {
    type: "Issuing",
    status: "True",
    reason: "ManuallyTriggered",
    message: "Certificate re-issuance manually triggered",
    lastTransitionTime: new Date().toISOString(),
  };
  const body = {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name },
    status: { conditions: [issuing] },
  };
  const contentType = "application/apply-patch+yaml";
  const answer = await request("PATCH", `${path}/status?fieldManager=renew&force=true`, { body, contentType });
  expect(answer.status).toBe(200);
  await poll(`${name} is issued again`, async () => (await revision()) !== before);
}
