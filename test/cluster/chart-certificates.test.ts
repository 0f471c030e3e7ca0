import { expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { createCertificateAuthority } from "../support/certificates.ts";
import { CHART } from "../support/chart-values/documented-values.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type Manifest, parseManifests } from "../support/gatehouse/chart.ts";

const CERT_MANAGER = "cert-manager.io/v1";

const BLOCK = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
const GLUED = { mode: "existing", existingSecret: "mine", caBundle: `${BLOCK}${BLOCK}` };

describeOnControlPlane(
  "the certificates of the chart",
  (plane) => {
    const helm = (certificates: object) => {
      const words = ["template", "gatehouse", CHART, "--namespace=guard", "--values=-"];
      const input = JSON.stringify({ certificates });
      return plane.helm?.(words, { input, expect: "any" }) ?? Promise.reject(new Error("no Helm"));
    };

    const render = async (certificates: object): Promise<readonly Manifest[]> => {
      const { code, stdout, stderr } = await helm(certificates);
      expect([code, stderr]).toEqual([0, ""]);
      return parseManifests(stdout);
    };

    test("come from an authority of the installation's own, if nothing else is said", async () => {
      const objects = await render({});
      expect(named(objects, CERT_MANAGER)).toEqual([
        "Certificate gatehouse",
        "Certificate gatehouse-ca",
        "Issuer gatehouse",
        "Issuer gatehouse-self-signed",
      ]);
      expect(mountedSecret(objects)).toBe("gatehouse-tls");
      expect(webhooks(objects).map(({ injection }) => injection)).toEqual(["guard/gatehouse", "guard/gatehouse"]);
    });

    test("come from the issuer that is named, without an authority of our own", async () => {
      const issuerRef = { name: "corporate", kind: "ClusterIssuer", group: "issuers.example.com" };
      const objects = await render({ issuerRef });
      expect(named(objects, CERT_MANAGER)).toEqual(["Certificate gatehouse"]);
      const certificate = objects.find(({ kind }) => kind === "Certificate");
      expect(valueAt(certificate, ["spec", "issuerRef"])).toEqual(issuerRef);
      expect(webhooks(objects).map(({ injection }) => injection)).toEqual(["guard/gatehouse", "guard/gatehouse"]);
    });

    test("are an existing Secret's, with the authority in every webhook, or left to others", async () => {
      const { certificate: authority } = await createCertificateAuthority("corporate");
      const mine = { mode: "existing", existingSecret: "mine" };
      const objects = await render({ ...mine, caBundle: authority });
      expect(named(objects, CERT_MANAGER)).toEqual([]);
      expect(mountedSecret(objects)).toBe("mine");
      for (const { bundles, injection } of webhooks(objects)) {
        expect(injection).toBeUndefined();
        expect(new Set(bundles.map((bundle) => Buffer.from(String(bundle), "base64").toString()))).toEqual(
          new Set([authority]),
        );
      }
      expect(webhooks(await render(mine)).flatMap(({ bundles }) => bundles)).not.toContainEqual(expect.anything());
    });

    test("are made by the servers, with rights over their own objects by name, and nothing of it is in the chart", async () => {
      const objects = await render({ mode: "self-managed" });
      expect(named(objects, CERT_MANAGER)).toEqual([]);
      expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
      const written = webhooks(objects).flatMap(({ bundles, injection }) => [...bundles, injection]);
      expect(written.filter((value) => value !== undefined)).toEqual([]);
      const deployment = objects.find(({ kind }) => kind === "Deployment");
      expect(valueAt(deployment, ["spec", "template", "spec", "volumes", 0])).toBeUndefined();
      const rights = rulesOf(objects, "gatehouse-certificates").flatMap(({ resources, verbs, resourceNames }) =>
        resources.map((resource) => `${resource} ${resourceNames?.join() ?? "any"}: ${verbs.join()}`),
      );
      expect(rights).toEqual([
        "mutatingwebhookconfigurations gatehouse: get,list,watch,patch",
        "validatingwebhookconfigurations gatehouse: get,list,watch,patch",
        "secrets any: create",
        "secrets gatehouse-certificates: get,list,watch,patch",
        "services gatehouse: get",
        "leases any: create",
        "leases gatehouse-certificates: get,update,watch",
      ]);
    });

    test.each(["cert-manager", "self-managed"])(
      "begin with the authorities of before in mode %s, if these are told",
      async (mode) => {
        const { certificate: former } = await createCertificateAuthority("former");
        const bundles = webhooks(await render({ mode, caBundle: former })).flatMap((one) => one.bundles);
        expect(new Set(bundles)).toEqual(new Set([Buffer.from(former).toString("base64")]));
      },
    );

    test("need no right to write webhook configurations where others make them", async () => {
      const rules = rulesOf(await render({}), "gatehouse-certificates");
      expect(rules.flatMap(({ verbs }) => verbs)).toEqual(["list", "watch"]);
    });

    test.each([
      ["an existing Secret that is not named", { mode: "existing" }, "certificates.existingSecret must name a Secret"],
      ["a Secret in another mode", { existingSecret: "mine" }, "must be empty unless certificates.mode is existing"],
      [
        "an issuer beside an existing Secret",
        { mode: "existing", existingSecret: "mine", issuerRef: { name: "corporate" } },
        "certificates.issuerRef must be empty unless",
      ],
      ["a bundle that is no PEM", { mode: "existing", existingSecret: "mine", caBundle: "LS0t" }, "/caBundle'"],
      ["a bundle of two in one line, of which the API server reads one", GLUED, "/caBundle'"],
      [
        "a private key for a bundle",
        { caBundle: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----" },
        "/caBundle'",
      ],
    ])("are refused with %s", async (_what, certificates, words) => {
      const { code, stderr } = await helm(certificates);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    });
  },
  { certManager: true },
);

function named(objects: readonly Manifest[], apiVersion: string): readonly string[] {
  const those = objects.filter((object) => valueAt(object, ["apiVersion"]) === apiVersion);
  return those.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}

function mountedSecret(objects: readonly Manifest[]): unknown {
  const deployment = objects.find(({ kind }) => kind === "Deployment");
  return valueAt(deployment, ["spec", "template", "spec", "volumes", 0, "secret", "secretName"]);
}

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Of the Roles and ClusterRoles of that name. */
function rulesOf(objects: readonly Manifest[], name: string): readonly Rule[] {
  const roles = objects.filter(({ kind, metadata }) => kind.endsWith("Role") && metadata.name === name);
  return roles.flatMap((role) => valueAt(role, ["rules"]) as readonly Rule[]);
}

/** Of each webhook configuration, whom cert-manager lets in, and the caBundle of each of its webhooks. */
function webhooks(objects: readonly Manifest[]) {
  return objects
    .filter(({ kind }) => kind.endsWith("WebhookConfiguration"))
    .map((object) => ({
      injection: valueAt(object, ["metadata", "annotations", "cert-manager.io/inject-ca-from"]),
      bundles: (valueAt(object, ["webhooks"]) as readonly object[]).map((webhook) =>
        valueAt(webhook, ["clientConfig", "caBundle"]),
      ),
    }));
}
