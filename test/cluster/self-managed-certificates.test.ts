import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type ControlPlane, startControlPlane } from "../support/control-plane/start.ts";
import { AdmissionLoad } from "../support/gatehouse/admission-load.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");

/** On its own plane there is one API server, which learns of a webhook configuration at once. */
const VALUES = {
  "certificates.mode": "self-managed",
  "certificates.selfManaged.settling": "2s",
  "certificates.selfManaged.overlap": "10s",
};

const ROTATIONS = 6;

/** Of a plane and two servers, on a machine that does much else. */
const START_MILLISECONDS = 180_000;

vi.setConfig({ testTimeout: 240_000 }); // many rotations, while the load takes what the machine has

describeOnControlPlane(
  "an installation that makes its own certificates, without cert-manager,",
  () => {
    const stack = new AsyncDisposableStack();
    let plane: ControlPlane;
    let gatehouse: InstalledGatehouse;
    let namespace: string;

    beforeAll(async () => {
      plane = stack.use(await startControlPlane());
      await installCustomResourceDefinitions(plane);
      await plane.kubectl(["apply", "--server-side", "-f", join(EXAMPLES, "objects")]);
      gatehouse = stack.use(await installGatehouse(plane, { replicas: 2, values: VALUES }));
      namespace = stack.use(await plane.createNamespace("load")).name;
    }, START_MILLISECONDS);

    afterAll(() => stack.disposeAsync());

    const underLoad = async (disturb: (load: AdmissionLoad) => Promise<void>) => {
      const load = new AdmissionLoad(plane, namespace);
      await load.pass(20);
      await disturb(load);
      await load.pass(20);
      return load.end();
    };

    const secretPath = () => `/api/v1/namespaces/${gatehouse.namespace}/secrets/gatehouse-certificates`;

    const secret = async () => (await plane.request("GET", secretPath())).body;

    const text = async (key: string): Promise<string> => {
      const encoded = valueAt(await secret(), ["data", key]);
      return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : "";
    };

    /** What an administrator does who wants another one. */
    const remove = async (key: string): Promise<void> => {
      const { status } = await plane.request("PATCH", secretPath(), { body: { data: { [key]: null } } });
      expect(status).toBe(200);
    };

    /** What each server shows to whoever connects now. */
    const shown = async (): Promise<readonly X509Certificate[]> =>
      Promise.all(
        (await gatehouse.deployment.pods()).map(async ({ admission }) => {
          const { hostname: host, port } = new URL(admission);
          const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
          await once(socket, "secureConnect");
          const certificate = socket.getPeerX509Certificate();
          socket.destroy();
          if (!certificate) throw new Error(`${host} shows no certificate`);
          return certificate;
        }),
      );

    const bundles = async (): Promise<readonly string[]> => {
      const answers = await Promise.all(CONFIGURATIONS.map((path) => plane.request("GET", path)));
      return answers
        .flatMap(({ body }) => valueAt(body, ["webhooks"]) as readonly object[])
        .map((webhook) => Buffer.from(String(valueAt(webhook, ["clientConfig", "caBundle"])), "base64").toString());
    };

    const authorities = async (): Promise<number> =>
      Math.max(...(await bundles()).map((bundle) => bundle.split("BEGIN CERTIFICATE").length - 1));

    const isRenewed = async (before: readonly X509Certificate[]): Promise<boolean> =>
      (await shown()).every(({ fingerprint256 }) => before.every((old) => old.fingerprint256 !== fingerprint256));

    test("serves as soon as its Pods are ready, by a certificate that every webhook trusts", async () => {
      const [one, other] = await shown();
      expect(one?.fingerprint256).toBe(other?.fingerprint256);
      expect(one?.checkHost(`gatehouse.${gatehouse.namespace}.svc`)).toBeDefined();
      expect(new Set(await bundles())).toEqual(new Set([await text("ca.crt")]));
      expect(valueAt(await secret(), ["metadata", "ownerReferences", 0, "kind"])).toBe("Service");
    });

    test("loses no review while its certificate is replaced again and again", async () => {
      const { failures } = await underLoad(async (load) => {
        for (let count = 0; count < ROTATIONS; count += 1) {
          const before = await shown();
          await remove("tls.key");
          await poll("both servers show another", () => isRenewed(before));
          await load.pass(20);
        }
      });
      expect(failures).toEqual([]);
    });

    test("loses no review while its authority is replaced again and again, and trusts none for long", async () => {
      const { failures } = await underLoad(async (load) => {
        for (let count = 0; count < ROTATIONS; count += 1) {
          const before = await shown();
          const [authority] = (await text("ca.crt")).split(/(?<=-----END CERTIFICATE-----\n)/);
          await remove("ca.key");
          await poll("both servers show what the next one signed", () => isRenewed(before));
          expect((await bundles()).every((bundle) => bundle.includes(authority ?? "none"))).toBe(true);
          await load.pass(20);
        }
        await poll("one authority is left", async () => (await authorities()) === 1);
        await load.pass(20);
      });
      expect(failures).toEqual([]);
    });

    test("makes a deleted Secret again, and loses no review", async () => {
      const { failures } = await underLoad(async () => {
        const before = await shown();
        expect((await plane.request("DELETE", secretPath())).status).toBe(200);
        await poll("both servers show another", () => isRenewed(before));
      });
      expect(failures).toEqual([]);
    });

    test("writes authorities back that somebody edited, while nothing wrong is let in", async () => {
      const good = await bundles();
      for (const path of CONFIGURATIONS) {
        const operations = [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }];
        const contentType = "application/json-patch+json";
        expect((await plane.request("PATCH", path, { body: operations, contentType })).status).toBe(200);
      }
      await poll("they are back", async () => (await bundles()).join("") === good.join(""));
      const { failures } = await underLoad(() => Promise.resolve());
      expect(failures).toEqual([]);
    });

    test("goes on when the server that looks after certificates is killed", async () => {
      const lease = `/apis/coordination.k8s.io/v1/namespaces/${gatehouse.namespace}/leases/gatehouse-certificates`;
      const holder = async () =>
        String(valueAt((await plane.request("GET", lease)).body, ["spec", "holderIdentity"])).split("_")[0];
      const leader = await holder();
      const pods = await gatehouse.deployment.pods();
      process.kill(pods.find(({ name }) => name === leader)?.processId ?? 0, "SIGKILL");
      expect((await plane.request("DELETE", secretPath())).status).toBe(200);
      await poll("the Secret is there again", async () => (await text("tls.crt")) !== "");
      await poll("both serve", async () => (await gatehouse.deployment.pods()).length === 2);
      const { failures } = await underLoad(() => Promise.resolve());
      expect(failures).toEqual([]);
    });
  },
  { certManager: true },
);

const CONFIGURATIONS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map(
  (plural) => `/apis/admissionregistration.k8s.io/v1/${plural}/gatehouse`,
);
