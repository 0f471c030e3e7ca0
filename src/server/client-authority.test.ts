import { once } from "node:events";
import { Agent, request } from "node:https";
import { connect } from "node:tls";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { Readiness } from "#observability/readiness.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../../test/support/certificates.ts";
import { ALLOWED, REVIEW } from "../../test/support/started-admission-server.ts";
import { AdmissionServer } from "./admission-server.ts";
import { developmentCertificate } from "./development-certificate.ts";
import type { KeyPair } from "./key-pair.ts";

let authority: CertificateAuthority;
let serving: KeyPair;
let server: AdmissionServer;
let port: number;
const readiness = new Readiness();

beforeAll(async () => {
  authority = await createCertificateAuthority("clients");
  serving = await developmentCertificate();
  server = new AdmissionServer({
    certificate: { ...serving, clientAuthorities: authority.certificate },
    clientNames: ["kube-apiserver", "apiserver.example.com"],
    readiness,
    metrics: new AdmissionMetrics(new Registry(), []),
    logger: pino({ level: "silent" }),
    webhooks: [{ path: "/validate", mayPatch: false, review: () => ALLOWED }],
  });
  port = await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server.close());

/** The status code, or why there is none. */
function call(client?: KeyPair, maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3"): Promise<number | string | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
  const identity = client && { cert: client.certificate, key: client.privateKey };
  const agent = new Agent({ ca: serving.certificate, maxVersion, ...identity });
  const headers = { "content-type": "application/json" };
  const outgoing = request({ host: "127.0.0.1", port, path: "/validate", method: "POST", agent, headers }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  });
  outgoing.on("error", (error: NodeJS.ErrnoException) => resolve(error.code)).end(JSON.stringify(REVIEW));
  return promise.finally(() => agent.destroy());
}

test.each<[string, { commonName: string; dnsNames?: string[] }]>([
  ["common name", { commonName: "kube-apiserver" }],
  ["DNS name", { commonName: "other", dnsNames: ["x.example.com", "apiserver.example.com"] }],
])("a client is served whose certificate has an allowed %s", async (_, subject) => {
  const client = await authority.issueClient(subject);
  expect(await call(client)).toBe(200);
  expect(await call(client, "TLSv1.2")).toBe(200);
});

/** What a client sees of it depends on how far it had got. */
const REFUSED = /ECONNRESET|EPIPE|EPROTO|ERR_SSL/;

test.each<[string, () => Promise<KeyPair | undefined>]>([
  ["has no certificate", () => Promise.resolve(undefined)],
  ["has one for another name", () => authority.issueClient({ commonName: "somebody" })],
  ["has one that only begins with the name", () => authority.issueClient({ commonName: "kube-apiserver.evil" })],
  ["has one that only ends with the name", () => authority.issueClient({ commonName: "evil-kube-apiserver" })],
  [
    "has one of another authority",
    async () => (await createCertificateAuthority("clients")).issueClient({ commonName: "kube-apiserver" }),
  ],
  [
    "has one that expired",
    () =>
      authority.issueClient({
        commonName: "kube-apiserver",
        validity: { notBefore: new Date(0), notAfter: new Date(1) },
      }),
  ],
])("a client that %s is refused before it can say anything", async (_, identity) => {
  const client = await identity();
  expect(await call(client)).toMatch(REFUSED);
  expect(await call(client, "TLSv1.2")).toMatch(REFUSED);
});

test("another authority holds from the next handshake on", async () => {
  const next = await createCertificateAuthority("next");
  server.useCertificate({ ...serving, clientAuthorities: next.certificate });
  expect(await call(await authority.issueClient({ commonName: "kube-apiserver" }))).toMatch(REFUSED);
  expect(await call(await next.issueClient({ commonName: "kube-apiserver" }))).toBe(200);
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "no session is resumed over %s, whose client was looked at before",
  async (maxVersion) => {
    const current = await createCertificateAuthority("current");
    server.useCertificate({ ...serving, clientAuthorities: current.certificate });
    const { certificate: cert, privateKey: key } = await current.issueClient({ commonName: "kube-apiserver" });
    const options = { host: "127.0.0.1", port, ca: serving.certificate, cert, key, maxVersion };
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    const first = connect(options).once("session", resolve);
    await once(first, "secureConnect");
    if (maxVersion === "TLSv1.2") resolve(first.getSession() as Buffer);
    const second = connect({ ...options, session: await promise });
    await once(second, "secureConnect");
    expect(second.isSessionReused()).toBe(false);
    for (const socket of [first, second]) socket.destroy();
  },
);

test("readiness does not need a client's certificate to see that the port answers", async () => {
  expect(await readiness.states()).toEqual([{ name: "admission-server", holds: true }]);
});
