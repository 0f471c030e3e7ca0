import { once } from "node:events";
import { connect } from "node:tls";
import { pino } from "pino";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { Readiness } from "#observability/readiness.ts";
import { AdmissionServer } from "./admission-server.ts";
import { developmentCertificate } from "./development-certificate.ts";

test("a server without a certificate refuses handshakes and is not ready, and serves as soon as it has one", async () => {
  const readiness = new Readiness();
  await using server = new AdmissionServer({
    certificate: undefined,
    readiness,
    unavailable: () => undefined,
    metrics: new AdmissionMetrics(new Registry(), []),
    logger: pino({ level: "silent" }),
    webhooks: [],
  });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  const isReady = async () => (await readiness.states()).every(({ holds }) => holds);
  const shake = async () => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    try {
      await once(socket, "secureConnect");
    } finally {
      socket.destroy();
    }
  };
  expect([server.hasCertificateInForce, await isReady()]).toEqual([false, false]);
  await expect(shake()).rejects.toThrow("handshake failure");
  server.useCertificate(await developmentCertificate());
  await expect(shake()).resolves.toBeUndefined();
  expect([server.hasCertificateInForce, await isReady()]).toEqual([true, true]);
});
