import { mkdtempDisposable, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { inClusterConnection } from "#kube/in-cluster.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import { createCertificateAuthority, type KeyPair } from "../support/certificates.ts";
import type { ControlPlaneClient } from "../support/control-plane/client.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { type Request, requestAs } from "../support/control-plane/request.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { LiveInformer } from "../support/live-informer.ts";
import { mintToken, type TokenOwner } from "../support/minted-token.ts";
import { CONFIG_MAPS } from "../support/scripted-api-server/scene.ts";
import { type SeverableProxy, startSeverableProxy } from "../support/severable-proxy.ts";

const NAMESPACE = "default";
const CONFIG_MAPS_PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const HOUR_SECONDS = 3_600;

/** One for each watch, and one for each try while nobody is believed: 0.8, 1.6 and 3.2 s apart, on a hasty clock. */
const MOST_CONNECTIONS = 12;

describeOnOwnControlPlane("an informer in a Pod whose credentials are replaced on disk", (plane) => {
  let owner: TokenOwner;

  beforeAll(async () => {
    owner = await createReader(plane());
  });

  test("misses nothing when its token expires, and is refused only while the next one is late", async () => {
    const { request, server, certificateAuthority } = plane();
    const expiring = await mintToken(plane(), owner, 2);
    await using early = await startPod(plane(), expiring);
    await using late = await startPod(plane(), expiring);
    // The API server remembers for 10 s whom it believed.
    await poll("the token is refused", () => isRefused(server, certificateAuthority, expiring));
    await create(request, "while-both-watch");
    for (const pod of [early, late]) await pod.live.equals(await truth(request));
    const next = await mintToken(plane(), owner, HOUR_SECONDS);
    await early.replace("token", next);
    for (const { proxy } of [early, late]) proxy.break();
    await poll("the late one refused", async () => late.live.errors.length > 0);
    await create(request, "while-one-is-refused");
    await late.replace("token", next);
    for (const pod of [early, late]) await expectNothingMissed(pod, request);
    expect(early.live.errors).toEqual([]);
    expect(codesOf(late)).toEqual(new Set([401]));
  });

  test("misses nothing when another authority signs the API server, and doubts only while it is late", async () => {
    const { server, certificateAuthority, administrator } = plane();
    const token = await mintToken(plane(), owner, HOUR_SECONDS);
    await using early = await startPod(plane(), token);
    await using late = await startPod(plane(), token);
    await create(plane().request, "while-both-trust"); // a watch that breaks at once and without an event is a fault
    for (const { live } of [early, late]) await live.equals(await truth(plane().request));
    const next = await createCertificateAuthority("the next authority");
    await early.replace("ca.crt", `${certificateAuthority}\n${next.certificate}`);
    await present(plane(), await next.issueServer({ names: [new URL(server).hostname] }));
    const request = requestAs(server, next.certificate, administrator);
    await poll("the new certificate", async () => (await request("GET", "/readyz")).status === 200);
    for (const { proxy } of [early, late]) proxy.break();
    await poll("the late one trusts nobody", async () => late.live.errors.length > 0);
    await create(request, "while-one-trusts-nobody");
    await late.replace("ca.crt", next.certificate);
    for (const pod of [early, late]) await expectNothingMissed(pod, request);
    expect(early.live.errors).toEqual([]);
    expect(codesOf(late)).toEqual(new Set([0]));
  });
});

/** A service account that may read ConfigMaps. */
async function createReader({ request }: ControlPlaneClient): Promise<TokenOwner> {
  const metadata = { name: "reader" };
  const { body } = await request("POST", `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { body: { metadata } });
  const subjects = [{ kind: "ServiceAccount", namespace: NAMESPACE, name: metadata.name }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
  const binding = { metadata, subjects, roleRef };
  await request("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", { body: binding });
  return { namespace: NAMESPACE, name: metadata.name, uid: (body as Resource).metadata.uid ?? "" };
}

interface Pod {
  readonly live: LiveInformer;
  readonly proxy: SeverableProxy;
  /** As the kubelet does: what is read is the old or the new. */
  replace(file: "token" | "ca.crt", content: string): Promise<void>;
}

/** An informer on a service account as the kubelet mounts it, and the network between it and the API server. */
async function startPod(plane: ControlPlaneClient, token: string): Promise<Pod & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { path: directory } = stack.use(await mkdtempDisposable(join(tmpdir(), "service-account-")));
  const replace = async (file: string, content: string) => {
    await writeFile(join(directory, `..${file}`), content);
    await rename(join(directory, `..${file}`), join(directory, file));
  };
  await replace("token", token);
  await replace("ca.crt", plane.certificateAuthority);
  const proxy = stack.use(await startSeverableProxy(plane.server));
  const { hostname: host, port } = new URL(proxy.url);
  const connection = await inClusterConnection({ host, port, directory, clock: SYSTEM_CLOCK });
  const selection = { namespace: NAMESPACE };
  const live = stack.use(new LiveInformer({ connection, type: CONFIG_MAPS, selection, clock: hastyClock(10) }));
  await live.informer.synced;
  const all = stack.move();
  return { live, proxy, replace, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function codesOf({ live }: Pod): ReadonlySet<unknown> {
  return new Set(live.errors.map((error) => (error instanceof KubernetesError ? error.code : error)));
}

async function create(request: Request, name: string): Promise<void> {
  await request("POST", CONFIG_MAPS_PATH, { body: { metadata: { name } } });
}

async function truth(request: Request): Promise<readonly Resource[]> {
  const { body } = await request("GET", CONFIG_MAPS_PATH);
  return (body as { readonly items: readonly Resource[] }).items;
}

/** Lets the API server present another certificate, which it reads again by itself. */
async function present({ directory }: ControlPlaneClient, { certificate, privateKey }: KeyPair): Promise<void> {
  await writeFile(join(directory, "keys", "server.key"), privateKey);
  await writeFile(join(directory, "keys", "server.crt"), certificate);
}

async function isRefused(server: string, certificateAuthority: string, token: string): Promise<boolean> {
  const identity = () => Promise.resolve({ headers: { authorization: `Bearer ${token}` }, certificateAuthority });
  const connection = { server, namespace: undefined, identity };
  using client = new ClusterClient({ connection, clock: SYSTEM_CLOCK, userAgent: "asker" });
  const error: unknown = await client.read("/api").catch((error: unknown) => error);
  return error instanceof KubernetesError && error.code === 401;
}

/** Nothing was deleted, so whoever saw each addition once has missed nothing. */
async function expectNothingMissed({ live, proxy }: Pod, request: Request): Promise<void> {
  const objects = await truth(request);
  await live.equals(objects);
  expect(live.handler.faults).toEqual([]);
  expect(live.handler.counts).toEqual({ added: objects.length, updated: 0, deleted: 0 });
  expect(proxy.connections).toBeLessThan(MOST_CONNECTIONS);
}
