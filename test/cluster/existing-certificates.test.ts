import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { AdmissionLoad } from "../support/gatehouse/admission-load.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";
import { expirySeconds, shownBy } from "../support/gatehouse/shown-certificate.ts";

const OBJECTS = join(import.meta.dirname, "../../examples/objects");
const SECRET = "corporate-tls";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

describeOnOwnControlPlane(
  "a release with a certificate of its user's",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let release: HelmRelease;
    let authority: CertificateAuthority;
    let team: string;

    /** As a user does who has a new one. */
    const bring = async ({ certificate, privateKey }: KeyPair): Promise<void> => {
      const metadata = { name: SECRET, namespace: release.namespace };
      const stringData = { "tls.crt": certificate, "tls.key": privateKey };
      const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", stringData };
      const words = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
      await plane().kubectl(words, { input: JSON.stringify(secret) });
    };

    const issue = (seconds = 86_400): Promise<KeyPair> => {
      const now = Date.now();
      const validity = { notBefore: new Date(now - 60_000), notAfter: new Date(now + seconds * 1000) };
      return authority.issueServer({ names: [`gatehouse.${release.namespace}.svc`], validity });
    };

    const isShownByAll = async ({ certificate }: KeyPair): Promise<boolean> => {
      const shown = await Promise.all((await release.deployment.pods()).map(shownBy));
      const { fingerprint256 } = new X509Certificate(certificate);
      return shown.length === 2 && shown.every((one) => one.fingerprint256 === fingerprint256);
    };

    const underLoad = async (disturb: (load: AdmissionLoad) => Promise<void>) => {
      const load = new AdmissionLoad(plane(), team);
      await load.pass(20);
      await disturb(load);
      await load.pass(20);
      return (await load.end()).failures;
    };

    beforeAll(async () => {
      release = stack.use(await HelmRelease.prepare(plane()));
      authority = await createCertificateAuthority("corporate");
      await bring(await issue());
      await release.install({ values: values(authority) });
      await plane().kubectl(["apply", "--server-side", "--force-conflicts", "-f", OBJECTS]);
      team = stack.use(await plane().createNamespace("load")).name;
    });

    afterAll(() => stack.disposeAsync());

    test("loses no review while the certificate is replaced again and again", async () => {
      const failures = await underLoad(async (load) => {
        for (let count = 0; count < ROTATIONS; count += 1) {
          const next = await issue();
          await bring(next);
          await poll("both servers show it", () => isShownByAll(next));
          await load.pass(20);
        }
      });
      expect(failures).toEqual([]);
    });

    test("loses no review while the authority is replaced, where both are published first", async () => {
      const former = authority;
      authority = await createCertificateAuthority("successor");
      const failures = await underLoad(async (load) => {
        await release.upgrade({ values: values(former, authority), flags: WITHOUT_PROBE });
        const next = await issue();
        await bring(next);
        await poll("both servers show it", () => isShownByAll(next));
        await load.pass(20);
        await release.upgrade({ values: values(authority), flags: WITHOUT_PROBE });
      });
      expect(failures).toEqual([]);
    });

    test("is not ready with a certificate that has ended, says so in its metrics, and goes on with the next", async () => {
      const ending = await issue(SECONDS_LEFT);
      await bring(ending);
      await poll("both servers show it", () => isShownByAll(ending));
      const all = await release.deployment.pods();
      await poll("no server is ready", async () => (await release.deployment.pods()).length === 0);
      for (const pod of all) expect(await expirySeconds(pod)).toBeLessThan(0);
      const next = await issue();
      await bring(next);
      await poll("both servers show another", () => isShownByAll(next));
      expect(await underLoad(() => Promise.resolve())).toEqual([]);
    });
  },
  { certManager: true },
);

/** Of the chart, with these authorities published. */
function values(...authorities: readonly CertificateAuthority[]): object {
  const caBundle = authorities.map(({ certificate }) => `${certificate.trim()}\n`).join("");
  return { image: { tag: "first" }, certificates: { mode: "existing", existingSecret: SECRET, caBundle } };
}

const ROTATIONS = 6;

/** Reviews are asked for all the time anyway. */
const WITHOUT_PROBE = ["--no-hooks"];

/** Enough to be taken up, on a busy machine too. */
const SECONDS_LEFT = 20;
