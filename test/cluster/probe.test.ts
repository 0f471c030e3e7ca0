import { createServer as createPlainServer, type Server } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askForDenial } from "#commands/probe/ask-for-denial.ts";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

describeOnControlPlane(
  "what the probe says of a webhook that cannot be reached, in the API server's own words",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let client: ClusterClient;
    let authority: CertificateAuthority;

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      const connection = await kubeconfigConnection({ paths: [plane.kubeconfig], clock: SYSTEM_CLOCK });
      client = stack.use(new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "probe" }));
      authority = await createCertificateAuthority("trusted");
    });
    afterAll(async () => {
      await plane.kubectl(["delete", "--ignore-not-found", "validatingwebhookconfiguration", plane.namespace]);
      await stack.disposeAsync();
    });

    /** A webhook like the chart's, for the namespace of the suite alone. */
    async function leadTo(clientConfig: object): Promise<void> {
      const webhook = {
        name: "verdict.gateway.example.com",
        clientConfig: { caBundle: Buffer.from(authority.certificate).toString("base64"), ...clientConfig },
        rules: [
          {
            apiGroups: ["gateway.example.com"],
            apiVersions: ["v1"],
            operations: ["CREATE"],
            resources: ["aigatewayconfigs"],
          },
        ],
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": plane.namespace } },
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 2,
      };
      const configuration = {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: plane.namespace },
        webhooks: [webhook],
      };
      await plane.kubectl(["apply", "--server-side", "-f", "-"], { input: JSON.stringify(configuration) });
    }

    /** What the probe says, once the API server has taken the webhook in. */
    async function saysOf(clientConfig: object, start: string): Promise<string> {
      await leadTo(clientConfig);
      let said = "";
      await poll(`"${start}"`, async () => {
        const outcome = await askForDenial(client, plane.namespace, AbortSignal.timeout(10_000));
        said = JSON.stringify(outcome);
        return "notYet" in outcome && outcome.notYet.startsWith(start);
      }).catch((error: unknown) => {
        throw new Error(`the probe said ${said}`, { cause: error });
      });
      return said;
    }

    test.each<[string, () => Promise<KeyPair>, string]>([
      [
        "of an authority that the API server was not given",
        async () => (await createCertificateAuthority("another")).issueServer({ names: ["127.0.0.1"] }),
        "certificate signed by unknown authority",
      ],
      ["for another name", () => authority.issueServer({ names: ["gatehouse.elsewhere.svc"] }), "127.0.0.1"],
      [
        "that is over",
        () => authority.issueServer({ names: ["127.0.0.1"], validity: YESTERDAY }),
        "certificate has expired",
      ],
    ])("a certificate %s", async (_, issue, reason) => {
      await using scope = new AsyncDisposableStack();
      const url = await listening(scope, serving(await issue()));
      const said = await saysOf({ url }, "the API server does not trust the server's certificate: ");
      expect(said).toContain("x509");
      expect(said).toContain(reason);
    });

    test("an address that takes connections and never answers", async () => {
      await using scope = new AsyncDisposableStack();
      await saysOf(
        { url: await listening(scope, createPlainServer()) },
        "timeout, so a firewall or NetworkPolicy may keep ",
      );
    });

    test("an address on which nobody listens", async () => {
      const scope = new AsyncDisposableStack();
      const url = await listening(scope, createPlainServer());
      await scope.disposeAsync();
      await saysOf({ url }, "connection refused, so no server is ready: ");
    });

    test("a server that hangs up", async () => {
      await using scope = new AsyncDisposableStack();
      const pair = await authority.issueServer({ names: ["127.0.0.1"] });
      await saysOf({ url: await listening(scope, serving(pair)) }, "the webhook could not be called: ");
    });

    test("a server that has not read the cluster yet", async () => {
      await using scope = new AsyncDisposableStack();
      const pair = await authority.issueServer({ names: ["127.0.0.1"] });
      const answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
      await saysOf({ url: await listening(scope, serving(pair, answer)) }, "the server has not read the cluster yet: ");
    });

    test("a Service that is not there", async () => {
      const service = { name: "gatehouse", namespace: plane.namespace, path: "/validate" };
      await saysOf({ service }, "the webhook's Service is not there: ");
    });
  },
);

/** The address of a server that lives as long as the test. */
async function listening(scope: AsyncDisposableStack, server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  scope.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://127.0.0.1:${(server.address() as { port: number }).port}/validate`;
}

/** Hangs up on whoever has said something, after the answer. */
function serving({ certificate, privateKey }: KeyPair, answer = ""): Server {
  return createServer({ cert: certificate, key: privateKey }, (socket) => {
    socket.on("error", () => undefined); // the API server hangs up on what it does not trust
    socket.once("data", () => socket.end(answer));
  }).on("tlsClientError", () => undefined);
}

const YESTERDAY = { notBefore: new Date(Date.now() - 172_800_000), notAfter: new Date(Date.now() - 86_400_000) };
