import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { createCertificateAuthority } from "../support/certificates.ts";
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
import { renewCertificate } from "../support/gatehouse/renew-certificate.ts";
import { rotateAgainAndAgain, troublesWhile } from "../support/gatehouse/rotations.ts";
import { shownBy } from "../support/gatehouse/shown-certificate.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

vi.setConfig({ testTimeout: 300_000 }); // processes start while the load takes what the machine has

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

    const secretOf = (name: string) => `/api/v1/namespaces/${gatehouse.namespace}/secrets/${name}`;

    const certificateIn = async (secret: string): Promise<X509Certificate | undefined> => {
      const { body } = await plane.request("GET", secretOf(secret));
      const encoded = valueAt(body, ["data", "tls.crt"]);
      return typeof encoded === "string" ? new X509Certificate(Buffer.from(encoded, "base64")) : undefined;
    };

    /** Whether both servers show what cert-manager has stored, and that is not the one before. */
    const isShown = async (before: X509Certificate | undefined): Promise<boolean> => {
      const stored = (await certificateIn("gatehouse-tls"))?.fingerprint256;
      if (stored === undefined || stored === before?.fingerprint256) return false;
      const shown = await Promise.all((await gatehouse.deployment.pods()).map(shownBy));
      return shown.length === 2 && shown.every(({ fingerprint256 }) => fingerprint256 === stored);
    };

    const renew = async (name: string): Promise<void> => {
      const before = await certificateIn("gatehouse-tls");
      await renewCertificate(plane, { namespace: gatehouse.namespace, name });
      if (name === "gatehouse") await poll("both servers show it", () => isShown(before));
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
      const troubles = await troublesWhile(plane, "cert-manager's certificate, every 5 s", async () => {
        await rotateAgainAndAgain(async (count) => {
          if (count === AUTHORITY_RENEWED) await renew("gatehouse-ca");
          await renew("gatehouse");
        });
        await gatehouse.deployment.replace();
      });
      expect(troubles).toEqual([]);
    });

    test("when the Secret of cert-manager's certificate is deleted, and comes back with another", async () => {
      const { failures } = await underLoad(async (load) => {
        const before = await certificateIn("gatehouse-tls");
        expect((await plane.request("DELETE", secretOf("gatehouse-tls"))).status).toBe(200);
        await load.pass(20);
        await poll("both servers show what is in the new one", () => isShown(before));
      });
      expect(failures).toEqual([]);
    });

    test("but for seconds, when cert-manager gets an authority with another key, and nothing wrong is let in", async () => {
      const secret = secretOf("gatehouse-ca");
      const key = async () => valueAt((await plane.request("GET", secret)).body, ["data", "tls.key"]);
      const seconds: number[] = [];
      const { failures } = await underLoad(async (load) => {
        for (let count = 0; count < 3; count += 1) {
          const before = await key();
          expect((await plane.request("DELETE", secret)).status).toBe(200);
          await poll("there is another key", async () => ![undefined, before].includes(await key()));
          const changed = performance.now();
          await renew("gatehouse");
          await load.pass(20);
          seconds.push((performance.now() - changed) / 1000);
        }
      });
      process.stdout.write(
        `another authority of cert-manager's: well again after ${seconds.map((one) => one.toFixed(1)).join(", ")} s\n`,
      );
      expect(Math.max(...seconds)).toBeLessThan(RECOVERY.within / 1000);
      expect(failures.filter((failure) => !isNotAccepted(failure))).toEqual([]);
    });

    test("but for seconds, when somebody takes our authority out, and nothing wrong is let in", async () => {
      const { certificate } = await createCertificateAuthority("stranger");
      const { failures } = await underLoad(async (load) => {
        for (const kind of ["mutating", "validating"]) {
          const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/gatehouse`;
          const webhooks = valueAt((await plane.request("GET", path)).body, ["webhooks"]) as readonly unknown[];
          const value = Buffer.from(certificate).toString("base64");
          const operations = webhooks.map((_, index) => ({
            op: "replace",
            path: `/webhooks/${index}/clientConfig/caBundle`,
            value,
          }));
          const contentType = "application/json-patch+json";
          expect((await plane.request("PATCH", path, { body: operations, contentType })).status).toBe(200);
          const bundle = async () =>
            valueAt((await plane.request("GET", path)).body, ["webhooks", 0, "clientConfig", "caBundle"]);
          await poll("cert-manager puts it back", async () => (await bundle()) !== value, RECOVERY);
          await load.pass(20);
        }
      });
      expect(failures.filter((failure) => !isNotAccepted(failure))).toEqual([]);
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

/** Somewhere between renewals of the certificate. */
const AUTHORITY_RENEWED = 12;

/** Within which the API server and our servers agree again, without anybody's help. */
const RECOVERY = { within: 15_000 };

/**
 * The certificate was refused, and so the object, or, by the webhook that fails open, its
 * defaults: of the good example, as the bad one is to be stored in no case.
 */
function isNotAccepted(failure: string): boolean {
  const { status, body } = JSON.parse(failure) as Answer;
  if (status === 201) return valueAt(body, ["metadata", "name"]) === "chat";
  return status === 500 && /failed calling webhook .*x509/.test(String(valueAt(body, ["message"])));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
