import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { rotateAgainAndAgain, troublesWhile } from "../support/gatehouse/rotations.ts";
import { SelfManagedScene, WEBHOOK_CONFIGURATIONS } from "../support/gatehouse/self-managed-scene.ts";

/** Of a plane and two servers, on a machine that does much else. */
const START_MILLISECONDS = 180_000;

vi.setConfig({ testTimeout: 300_000 }); // many rotations, while the load takes what the machine has

describeOnControlPlane(
  "an installation that makes its own certificates, without cert-manager,",
  () => {
    let scene: SelfManagedScene;

    beforeAll(async () => {
      // On its own plane there is one API server, which learns of a webhook configuration at once.
      scene = await SelfManagedScene.start({ settling: "2s", overlap: "10s" });
    }, START_MILLISECONDS);

    afterAll(() => scene[Symbol.asyncDispose]());

    const authorities = async (): Promise<number> =>
      Math.max(...(await scene.bundles()).map((bundle) => bundle.split("BEGIN CERTIFICATE").length - 1));

    test("serves as soon as its Pods are ready, by a certificate that every webhook trusts", async () => {
      const [one, other] = await scene.shown();
      expect(one?.fingerprint256).toBe(other?.fingerprint256);
      expect(one?.checkHost(`gatehouse.${scene.gatehouse.namespace}.svc`)).toBeDefined();
      expect(new Set(await scene.bundles())).toEqual(new Set([await scene.secretText("ca.crt")]));
      expect(valueAt(await scene.secret(), ["metadata", "ownerReferences", 0, "kind"])).toBe("Service");
    });

    test("loses no review while its certificate is replaced again and again", async () => {
      const troubles = await troublesWhile(scene.plane, "self-managed certificate, every 5 s", () =>
        rotateAgainAndAgain(async () => {
          const before = await scene.shown();
          await scene.changeSecret({ "tls.key": null });
          await poll("both servers show another", () => scene.isRenewed(before));
        }),
      );
      expect(troubles).toEqual([]);
    });

    test("loses no review while its authority is replaced again and again, and trusts none for long", async () => {
      const troubles = await troublesWhile(scene.plane, "self-managed authority, every 5 s", async () => {
        await rotateAgainAndAgain(async () => {
          const before = await scene.shown();
          const [authority] = (await scene.secretText("ca.crt")).split(/(?<=-----END CERTIFICATE-----\n)/);
          await scene.changeSecret({ "ca.key": null });
          await poll("both servers show what the next one signed", () => scene.isRenewed(before));
          expect((await scene.bundles()).every((bundle) => bundle.includes(authority ?? "none"))).toBe(true);
        });
        await poll("one authority is left", async () => (await authorities()) === 1);
      });
      expect(troubles).toEqual([]);
    });

    test("makes a deleted Secret again, and loses no review", async () => {
      const failures = await scene.failuresWhile(async () => {
        const before = await scene.shown();
        expect((await scene.plane.request("DELETE", scene.secretPath)).status).toBe(200);
        await poll("both servers show another", () => scene.isRenewed(before));
      });
      expect(failures).toEqual([]);
    });

    test("writes authorities back that somebody edited, while nothing wrong is let in", async () => {
      const good = await scene.bundles();
      for (const path of WEBHOOK_CONFIGURATIONS) {
        const operations = [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }];
        const contentType = "application/json-patch+json";
        expect((await scene.plane.request("PATCH", path, { body: operations, contentType })).status).toBe(200);
      }
      await poll("they are back", async () => (await scene.bundles()).join("") === good.join(""));
      const failures = await scene.failuresWhile(() => Promise.resolve());
      expect(failures).toEqual([]);
    });

    test("goes on when the server that looks after certificates is killed", async () => {
      const lease = `/apis/coordination.k8s.io/v1/namespaces/${scene.gatehouse.namespace}/leases/gatehouse-certificates`;
      const holder = async () =>
        String(valueAt((await scene.plane.request("GET", lease)).body, ["spec", "holderIdentity"])).split("_")[0];
      const leader = await holder();
      const pods = await scene.gatehouse.deployment.pods();
      process.kill(pods.find(({ name }) => name === leader)?.processId ?? 0, "SIGKILL");
      expect((await scene.plane.request("DELETE", scene.secretPath)).status).toBe(200);
      await poll("the Secret is there again", async () => (await scene.secretText("tls.crt")) !== "");
      await poll("both serve", async () => (await scene.gatehouse.deployment.pods()).length === 2);
      const failures = await scene.failuresWhile(() => Promise.resolve());
      expect(failures).toEqual([]);
    });
  },
  { certManager: true },
);
