import { X509Certificate } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { makeAuthority, signLeaf } from "#certificates/issue.ts";
import { certificatesIn } from "#certificates/pem.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { SelfManagedScene, WEBHOOK_CONFIGURATIONS } from "../support/gatehouse/self-managed-scene.ts";
import { expirySeconds } from "../support/gatehouse/shown-certificate.ts";

const SECOND = 1000;

/** Certificates that end while the suite looks on. */
const TIMES = { lifetime: "30s", authorityLifetime: "90s", settling: "2s", overlap: "5s" };

/** More than a life of the authority, and so three of certificates. */
const WATCHED_SECONDS = 100;

/** Of a plane and two servers, on a machine that does much else. */
const START_MILLISECONDS = 180_000;

vi.setConfig({ testTimeout: 300_000 });

describeOnControlPlane(
  "an installation that makes its own certificates, when these end,",
  () => {
    let scene: SelfManagedScene;

    beforeAll(async () => {
      scene = await SelfManagedScene.start(TIMES);
    }, START_MILLISECONDS);

    afterAll(() => scene[Symbol.asyncDispose]());

    const names = () => [`gatehouse.${scene.gatehouse.namespace}.svc`];

    /** What is said to whoever creates what only the webhook denies. */
    const saidOfBad = async (): Promise<string> => {
      const spec = { models: [{ name: "bad", type: "llm", endpoint: "https://127.0.0.1" }], routes: [] };
      const body = { apiVersion: API_VERSION, kind: "AIGatewayConfig", metadata: { name: "bad" }, spec };
      const path = `/apis/${API_VERSION}/namespaces/default/aigatewayconfigs`;
      return String(valueAt((await scene.plane.request("POST", path, { body })).body, ["message"]));
    };

    const publishes = async (authority: string): Promise<void> => {
      const value = Buffer.from(authority).toString("base64");
      for (const path of WEBHOOK_CONFIGURATIONS) {
        const { body } = await scene.plane.request("GET", path);
        const operations = (body as { webhooks: readonly object[] }).webhooks.map((_, index) => ({
          op: "add",
          path: `/webhooks/${index}/clientConfig/caBundle`,
          value,
        }));
        const contentType = "application/json-patch+json";
        expect((await scene.plane.request("PATCH", path, { body: operations, contentType })).status).toBe(200);
      }
    };

    test("renews them in time, again and again, and loses no review", async () => {
      const leaves = new Set<string>();
      const authorities = new Set<string>();
      const failures = await scene.failuresWhile(async () => {
        const end = performance.now() + WATCHED_SECONDS * SECOND;
        while (performance.now() < end) {
          const shown = await scene.shown();
          expect(shown).toHaveLength(2); // both are ready throughout
          for (const { fingerprint256 } of shown) leaves.add(fingerprint256);
          for (const one of certificatesIn(await scene.secretText("ca.crt"))) authorities.add(one.fingerprint256);
          await pause(SECOND);
        }
      });
      expect(failures).toEqual([]);
      expect(leaves.size).toBeGreaterThan(3);
      expect(authorities.size).toBeGreaterThan(1);
    });

    test("replaces one at once that has been put there with seconds left, and loses no review", async () => {
      const failures = await scene.failuresWhile(async () => {
        const [certificate, privateKey] = [await scene.secretText("ca.crt"), await scene.secretText("ca.key")];
        const ending = await signLeaf({ certificate, privateKey }, names(), endingIn(15));
        await scene.changeSecret({ "tls.crt": ending.certificate, "tls.key": ending.privateKey });
        await poll("both servers show one that lasts longer", async () => {
          const shown = await scene.shown();
          return (
            shown.length === 2 && shown.every(({ validToDate }) => validToDate.getTime() > Date.now() + 15 * SECOND)
          );
        });
      });
      expect(failures).toEqual([]);
    });

    test("starts again by itself after a time in which the certificate and its authority have ended", async () => {
      await scene.gatehouse.deployment.stop();
      const authority = await makeAuthority("ended", endingIn(5));
      const leaf = await signLeaf(authority, names(), endingIn(5));
      await scene.changeSecret({
        "ca.crt": authority.certificate,
        "ca.key": authority.privateKey,
        "tls.crt": leaf.certificate,
        "tls.key": leaf.privateKey,
      });
      await publishes(authority.certificate);
      await pause(6 * SECOND);
      expect(await saidOfBad()).toContain("failed calling webhook");
      await scene.gatehouse.deployment.start();
      expect(await scene.failuresWhile(() => Promise.resolve())).toEqual([]);
      for (const pod of await scene.gatehouse.deployment.pods()) expect(await expirySeconds(pod)).toBeGreaterThan(0);
      const ended = new X509Certificate(authority.certificate).fingerprint256;
      await poll("the one that has ended is trusted no more", async () =>
        (await scene.bundles()).every((bundle) =>
          certificatesIn(bundle).every(({ fingerprint256 }) => fingerprint256 !== ended),
        ),
      );
      expect(await saidOfBad()).toContain("(forbidden-endpoint)");
    });
  },
  { certManager: true },
);

/** A life of an hour, so that it is over, but for these seconds. */
function endingIn(seconds: number) {
  return { from: Date.now() - 3600 * SECOND, until: Date.now() + seconds * SECOND };
}
