import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "../../test/support/certificates.ts";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { COLLECTION, CONFIG_MAPS, configMap } from "../../test/support/scripted-api-server/scene.ts";
import { ScriptedApiServer } from "../../test/support/scripted-api-server/scripted-api-server.ts";
import { ClusterClient } from "./cluster-client.ts";
import type { ClusterConnection } from "./cluster-connection.ts";
import { inClusterConnection } from "./in-cluster.ts";
import { KubernetesError } from "./kubernetes-error.ts";

const X = { namespace: "a", name: "x" };

/** A Pod's service account on disk and an API server that its authority signed. */
async function pod() {
  const directory = await mkdtemp(join(tmpdir(), "service-account-"));
  const authority = await createCertificateAuthority("first");
  const server = await serverOf(authority);
  const write = (file: string, content: string) => writeFile(join(directory, file), content);
  await write("ca.crt", authority.certificate);
  await write("token", "token-1\n");
  await write("namespace", "gatehouse");
  const clock = new ManualClock();
  const { hostname: host, port } = new URL(server.url);
  const connection = await inClusterConnection({ host, port, directory, clock });
  const client = new ClusterClient({ connection, clock, userAgent: "test/1" });
  const close = async () => {
    client[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  };
  return { authority, server, write, clock, connection, client, [Symbol.asyncDispose]: close };
}

async function serverOf(authority: CertificateAuthority): Promise<ScriptedApiServer> {
  const server = await ScriptedApiServer.start({ certificate: await authority.issueServer({ names: ["127.0.0.1"] }) });
  server.log.put(COLLECTION, configMap("x"));
  return server;
}

function tokens({ requests }: ScriptedApiServer): readonly unknown[] {
  return requests.map(({ headers }) => headers.authorization);
}

test("trusts and proves itself by the service account of its Pod, over one TLS connection", async () => {
  await using scene = await pod();
  const { client, connection, server } = scene;
  await client.get(CONFIG_MAPS, X);
  await client.get(CONFIG_MAPS, X);
  expect(connection.namespace).toBe("gatehouse");
  expect(tokens(server)).toEqual(["Bearer token-1", "Bearer token-1"]);
  expect(server.connections).toBe(1);
});

test("reads a replaced token within ten seconds", async () => {
  await using scene = await pod();
  await scene.client.get(CONFIG_MAPS, X);
  await scene.write("token", "token-2");
  await scene.client.get(CONFIG_MAPS, X);
  scene.clock.advance(10_000);
  await scene.client.get(CONFIG_MAPS, X);
  expect(tokens(scene.server)).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
});

test("reads the token again at once when it is not believed, and tries once", async () => {
  await using scene = await pod();
  await scene.write("token", "token-2");
  scene.server.faults.always(({ headers }) => {
    const isOld = headers.authorization !== "Bearer token-2";
    return isOld ? { kind: "status", failure: { code: 401, reason: "Unauthorized" } } : undefined;
  });
  await scene.client.get(CONFIG_MAPS, X);
  expect(tokens(scene.server)).toEqual(["Bearer token-1", "Bearer token-2"]);
  await scene.write("token", "token-3");
  scene.clock.advance(10_000);
  await expect(scene.client.get(CONFIG_MAPS, X)).rejects.toMatchObject({ code: 401, reaction: "retry" });
  expect(scene.server.requests).toHaveLength(4);
});

test("keeps the token while its file is away or empty", async () => {
  await using scene = await pod();
  await scene.write("token", "");
  scene.clock.advance(10_000);
  await scene.client.get(CONFIG_MAPS, X);
  expect(tokens(scene.server)).toEqual(["Bearer token-1"]);
});

test("follows an authority that is replaced on disk without a failed request", async () => {
  await using scene = await pod();
  await scene.client.get(CONFIG_MAPS, X);
  const second = await createCertificateAuthority("second");
  await using moved = await serverOf(second);
  const connection: ClusterConnection = { ...scene.connection, server: moved.url };
  using client = new ClusterClient({ connection, clock: scene.clock, userAgent: "test/1" });
  await expect(client.get(CONFIG_MAPS, X)).rejects.toMatchObject({ code: 0, reason: "ConnectionFault" });
  await scene.write("ca.crt", second.certificate);
  expect((await client.get(CONFIG_MAPS, X)).metadata.name).toBe("x");
});

test("lets a watch go on over its connection when the authority is replaced", async () => {
  await using scene = await pod();
  const { client, server, clock, write, authority } = scene;
  const events = client.watch(CONFIG_MAPS, {})[Symbol.asyncIterator]();
  await events.next();
  const other = await createCertificateAuthority("other");
  await write("ca.crt", `${authority.certificate}\n${other.certificate}`);
  clock.advance(10_000);
  await client.get(CONFIG_MAPS, X);
  server.log.put(COLLECTION, configMap("y"));
  expect((await events.next()).value).toMatchObject({ type: "ADDED", object: { metadata: { name: "y" } } });
  await events.return?.();
});

test("does not trust a server that another authority signed", async () => {
  await using scene = await pod();
  await using imposter = await serverOf(await createCertificateAuthority("imposter"));
  const connection: ClusterConnection = { ...scene.connection, server: imposter.url };
  using client = new ClusterClient({ connection, clock: scene.clock, userAgent: "test/1" });
  const error: unknown = await client.get(CONFIG_MAPS, X).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(KubernetesError);
  expect(imposter.requests).toEqual([]);
});
