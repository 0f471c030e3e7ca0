import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { writeCertificateDirectory } from "./certificate-directory.ts";
import { createCertificateAuthority, type KeyPair, serialNumberOf } from "./certificates.ts";

test("a server and a client trust each other by certificates of one authority", async () => {
  const authority = await createCertificateAuthority("an authority");
  const serverPair = await authority.issueServer({ names: ["gatehouse.example.svc", "127.0.0.1"] });
  const clientPair = await authority.issueClient({ commonName: "alice", organizations: ["one", "two"] });
  const server = createServer(
    { ...keyAndCertificate(serverPair), ca: authority.certificate, requestCert: true },
    (incoming, response) => {
      response.end(JSON.stringify((incoming.socket as TLSSocket).getPeerCertificate().subject));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const body = await new Promise<string>((resolve, reject) => {
    const trust = { ca: authority.certificate, servername: "gatehouse.example.svc" };
    const outgoing = request(
      { host: "127.0.0.1", port, agent: false, ...trust, ...keyAndCertificate(clientPair) },
      (response) => {
        response.setEncoding("utf8").on("data", resolve);
      },
    );
    outgoing.on("error", reject).end();
  }).finally(() => server.close());
  expect(JSON.parse(body)).toEqual({ CN: "alice", O: ["one", "two"] });
});

test("an IP address among the names becomes an IP subject alternative name", async () => {
  const authority = await createCertificateAuthority("an authority");
  const { certificate } = await authority.issueServer({ names: ["localhost", "127.244.0.1"] });
  const parsed = new X509Certificate(certificate);
  expect(parsed.subjectAltName).toBe("DNS:localhost, IP Address:127.244.0.1");
  expect(parsed.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
});

test("a certificate is valid in exactly the span that was asked for", async () => {
  const validity = { notBefore: new Date("2001-02-03T04:05:06Z"), notAfter: new Date("2002-02-03T04:05:06Z") };
  const authority = await createCertificateAuthority("an authority", validity);
  const { certificate } = await authority.issueServer({ names: ["localhost"], validity });
  for (const pem of [authority.certificate, certificate]) {
    expect(new X509Certificate(pem).validFromDate).toEqual(validity.notBefore);
    expect(new X509Certificate(pem).validToDate).toEqual(validity.notAfter);
  }
});

test("a rotated directory holds the new files through one link and nothing of the old", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-certificates-"));
  try {
    const authority = await createCertificateAuthority("an authority");
    const old = await authority.issueServer({ names: ["localhost"] });
    const fresh = await authority.issueServer({ names: ["localhost"] });
    expect(serialNumberOf(old.certificate)).not.toBe(serialNumberOf(fresh.certificate));
    await writeCertificateDirectory(directory, old, authority.certificate);
    await writeCertificateDirectory(directory, fresh, authority.certificate);
    expect(await readFile(join(directory, "tls.crt"), "utf8")).toBe(fresh.certificate);
    expect(await readFile(join(directory, "tls.key"), "utf8")).toBe(fresh.privateKey);
    expect(await readFile(join(directory, "ca.crt"), "utf8")).toBe(authority.certificate);
    const generation = await readlink(join(directory, "..data"));
    expect((await readdir(directory)).toSorted()).toEqual(
      [generation, "..data", "ca.crt", "tls.crt", "tls.key"].toSorted(),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});

function keyAndCertificate(pair: KeyPair): { key: string; cert: string } {
  return { key: pair.privateKey, cert: pair.certificate };
}
