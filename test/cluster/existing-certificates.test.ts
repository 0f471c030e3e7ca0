import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { codeBlocks } from "../repository/code-blocks.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { AdmissionLoad } from "../support/gatehouse/admission-load.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";
import { rotateAgainAndAgain, troublesWhile } from "../support/gatehouse/rotations.ts";
import { openShell, type Shell } from "../support/gatehouse/shell.ts";
import { expirySeconds, failedReads, shownBy } from "../support/gatehouse/shown-certificate.ts";

const OBJECTS = join(import.meta.dirname, "../../examples/objects");
const SECRET = "corporate-tls";
const PAGE = await readFile(join(import.meta.dirname, "../../docs/certificates.md"), "utf8");

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

describeOnOwnControlPlane(
  "a release with a certificate of its user's",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let release: HelmRelease;
    let authority: CertificateAuthority;
    let team: string;
    let shell: Shell;

    /** As a user does who has a new one. */
    const bring = async ({ certificate, privateKey }: KeyPair): Promise<void> => {
      const metadata = { name: SECRET, namespace: release.namespace };
      const stringData = { "tls.crt": certificate, "tls.key": privateKey };
      const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", stringData };
      const words = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
      await plane().kubectl(words, { input: JSON.stringify(secret) });
    };

    const issue = (seconds = 86_400, name = `gatehouse.${release.namespace}.svc`): Promise<KeyPair> => {
      const now = Date.now();
      const validity = { notBefore: new Date(now - 60_000), notAfter: new Date(now + seconds * 1000) };
      return authority.issueServer({ names: [name], validity });
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
      release = stack.use(await HelmRelease.prepare(plane(), { namespace: "gatehouse-system" }));
      shell = stack.use(await openShell(plane()));
      authority = await createCertificateAuthority("corporate");
      await bring(await issue());
      await release.install({ values: values(authority) });
      await plane().kubectl(["apply", "--server-side", "--force-conflicts", "-f", OBJECTS]);
      team = stack.use(await plane().createNamespace("load")).name;
    });

    afterAll(() => stack.disposeAsync());

    test("loses no review while the certificate is replaced again and again", async () => {
      const troubles = await troublesWhile(plane(), "certificate of the user's, every 5 s", () =>
        rotateAgainAndAgain(async () => {
          const next = await issue();
          await bring(next);
          await poll("both servers show it", () => isShownByAll(next));
        }),
      );
      expect(troubles).toEqual([]);
    });

    test("goes on with what it has while the Secret is away, and takes up the one that comes back", async () => {
      const failures = await underLoad(async (load) => {
        const path = `/api/v1/namespaces/${release.namespace}/secrets/${SECRET}`;
        expect((await plane().request("DELETE", path)).status).toBe(200);
        await load.pass(100);
        const next = await issue();
        await bring(next);
        await poll("both servers show it", () => isShownByAll(next));
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

    test("takes up no certificate for another name, and says so where it starts with one", async () => {
      const [other, next] = [await issue(3600, "gatehouse.elsewhere.svc"), await issue()];
      const failures = await underLoad(async () => {
        await bring(other);
        for (const pod of await release.deployment.pods())
          await poll("it was read, and not taken", async () => (await failedReads(pod)) > 0);
      });
      expect(failures).toEqual([]);
      await release.deployment.replace();
      const said = await condition((reason) => reason === "NameMismatch");
      expect(said).toContain(`must be for gatehouse.${release.namespace}.svc`);
      await bring(next);
      await condition((reason) => reason === "Trusted");
      expect(await underLoad(() => Promise.resolve())).toEqual([]);
    });

    /** The message of the class' condition about the certificate, once its reason is right. */
    const condition = (isRight: (reason: unknown) => boolean): Promise<string> =>
      poll("the class says so", async () => {
        const { body } = await plane().request("GET", "/apis/gateway.example.com/v1/aigatewayclasses/default");
        const conditions = valueAt(body, ["status", "conditions"]) as readonly Record<string, string>[];
        const one = conditions.find(({ type }) => type === "CertificateTrusted");
        return isRight(one?.["reason"]) && one?.["message"];
      });

    /** Runs the commands of a section of docs/certificates.md under load; answers what went wrong. */
    const follow = (section: string) =>
      troublesWhile(plane(), section, async () => {
        await shell.run(commandsUnder(section));
        await release.deployment.settled(2);
      });

    const mode = async () => {
      const words = ["get", "values", release.name, "--output=json"];
      return valueAt(JSON.parse((await release.helm(words)).stdout), ["certificates", "mode"]);
    };

    /** What the webhooks trust. */
    const bundles = async () => {
      const path = `jsonpath={.items[*].webhooks[*].clientConfig.caBundle}`;
      const words = ["get", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "-o", path];
      const encoded = (await plane().kubectl([...words, "-l", "app.kubernetes.io/name=gatehouse"])).stdout;
      return new Set(encoded.split(" ").map((one) => Buffer.from(one, "base64").toString().trim()));
    };

    describe("changes to another mode by the commands of the page, and loses no review", () => {
      beforeAll(() => shell.run(`cat >ca.crt <<'END'\n${authority.certificate.trim()}\nEND`));

      test.each([
        ["existing", "self-managed"],
        ["self-managed", "existing"],
        ["existing", "cert-manager"],
        ["cert-manager", "self-managed"],
        ["self-managed", "cert-manager"],
      ])("from %s to %s", async (from, to) => {
        expect(await mode()).toBe(from);
        expect(await follow(`From ${from} to ${to}`)).toEqual([]);
        expect(await mode()).toBe(to);
      });

      test("and goes back by Helm where somebody has left a flag out", async () => {
        const commands = commandsUnder("From cert-manager to existing").replace(" --force-conflicts", "");
        const troubles = await troublesWhile(plane(), "From cert-manager to existing, by halves", async () => {
          await expect(shell.run(commands)).rejects.toThrow("conflict");
          await shell.run(commandsUnder("Changing the mode"));
          await release.deployment.settled(2);
        });
        expect(troubles).toEqual([]);
      });

      test("from cert-manager to existing, also where that was begun before", async () => {
        expect(await follow("From cert-manager to existing")).toEqual([]);
        expect(await mode()).toBe("existing");
        expect(await bundles()).toEqual(new Set([authority.certificate.trim()]));
      });
    });
  },
  { certManager: true },
);

/** Of the chart, with these authorities published. */
function values(...authorities: readonly CertificateAuthority[]): object {
  const caBundle = authorities.map(({ certificate }) => `${certificate.trim()}\n`).join("");
  return { image: { tag: "first" }, certificates: { mode: "existing", existingSecret: SECRET, caBundle } };
}

/** The `sh` block directly below that heading. */
function commandsUnder(heading: string): string {
  const section = PAGE.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const [block] = codeBlocks(section).filter(({ language }) => language === "sh");
  if (block === undefined) throw new Error(`the page has no commands under "${heading}"`);
  return block.text;
}

/** Reviews are asked for all the time anyway. */
const WITHOUT_PROBE = ["--no-hooks"];

/** Enough to be taken up, on a busy machine too. */
const SECONDS_LEFT = 20;
