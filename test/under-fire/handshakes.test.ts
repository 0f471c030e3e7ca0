import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawConnection, rawPost } from "../support/raw-connection.ts";
import { REVIEW, StartedAdmissionServer } from "../support/started-admission-server.ts";

let server: StartedAdmissionServer;

beforeAll(async () => {
  server = await StartedAdmissionServer.start();
});

afterAll(() => server[Symbol.asyncDispose]());

const rotated: readonly [string, () => void][] = [
  ["", () => undefined],
  [", also after the certificate was replaced", () => server.server.useCertificate(server.certificate)],
];

for (const [when, replace] of rotated) {
  test.each(["TLSv1", "TLSv1.1"] as const)(`%s is refused${when}`, async (version) => {
    replace();
    // The client's own library would not go so low of itself.
    const old = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(RawConnection.open(server, old)).rejects.toMatchObject({
      code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    });
  });

  test(`a client that wants to renegotiate is refused that, and others are served${when}`, async () => {
    replace();
    using connection = await RawConnection.open(server, { maxVersion: "TLSv1.2" });
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    connection.socket.on("error", resolve);
    connection.socket.renegotiate({}, resolve);
    expect(await promise).toMatchObject({ code: "ERR_SSL_NO_RENEGOTIATION" });
    expect((await server.call("/validate", { body: JSON.stringify(REVIEW) })).code).toBe(200);
  });
}

test.each(["gatehouse.gatehouse-system.svc", "somebody-else.example.com"])(
  "a client that asks for %s by SNI gets the one certificate, and judges that itself",
  async (servername) => {
    using connection = await RawConnection.open(server, { servername, checkServerIdentity: () => undefined });
    const presented = connection.socket.getPeerX509Certificate();
    expect(presented?.fingerprint256).toBe(new X509Certificate(server.certificate.certificate).fingerprint256);
    connection.socket.write(rawPost(JSON.stringify(REVIEW)));
    await expect.poll(() => connection.answers).toMatchObject([{ code: 200 }]);
  },
);

test("HTTP/1.1 is all that is offered to who could speak h2", async () => {
  using connection = await RawConnection.open(server, { ALPNProtocols: ["h2", "http/1.1"] });
  expect(connection.socket.alpnProtocol).toBe("http/1.1");
});
