import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createCertificateAuthority } from "./certificates.ts";
import type { ControlPlaneClient } from "./control-plane/client.ts";
import { type Held, Hold } from "./held.ts";

/** A request that the API server has answered. */
export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/**
 * Stands between a process and the API server, sees each request, and holds single ones
 * back, so that the process can be stopped at exactly that point. To the API server all
 * of them are the administrator's.
 */
export interface HoldingProxy extends AsyncDisposable {
  /** Of a cluster that is reached through it. */
  readonly kubeconfig: string;
  /** All that the API server has answered, in its order. */
  readonly passed: readonly Passed[];
  /** Holds back the next request whose method and path are so, or what is answered to it. */
  hold(what: "request" | "answer", request: RegExp): Held;
}

export async function startHoldingProxy({
  server,
  certificateAuthority: ca,
  administrator: { certificate: cert, privateKey: key },
}: ControlPlaneClient): Promise<HoldingProxy> {
  await using stack = new AsyncDisposableStack();
  const holds = new Set<{ readonly what: "request" | "answer"; readonly request: RegExp; readonly hold: Hold }>();
  const passed: Passed[] = [];
  const agent = new Agent({ keepAlive: true, ca, cert, key });
  stack.defer(() => agent.destroy());

  const held = async (what: "request" | "answer", request: string) => {
    for (const one of holds) {
      if (one.what !== what || !one.request.test(request)) continue;
      holds.delete(one);
      await one.hold.wait();
    }
  };

  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = "", url: path = "" } = incoming;
    const body = await buffer(incoming);
    await held("request", `${method} ${path}`);
    const headers = { ...incoming.headers };
    delete headers.host;
    const outgoing = httpsRequest(new URL(path, server), { agent, method, headers });
    response.on("close", () => outgoing.destroy());
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    passed.push({ method, path, status: answer.statusCode ?? 0 });
    await held("answer", `${method} ${path}`);
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    await pipeline(answer, response);
  };

  const authority = await createCertificateAuthority("holding proxy");
  const { certificate, privateKey } = await authority.issueServer({ names: ["127.0.0.1"] });
  const listener = createServer({ cert: certificate, key: privateKey }, (incoming, response) => {
    pass(incoming, response).catch(() => response.destroy()); // one side has gone
  });
  await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
  stack.defer(async () => {
    const closed = new Promise<void>((resolve) => void listener.close(() => resolve()));
    listener.closeAllConnections();
    await closed;
  });

  const directory = await mkdtemp(join(tmpdir(), "gatehouse-holding-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const kubeconfig = join(directory, "kubeconfig");
  const url = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await writeFile(kubeconfig, kubeconfigOf(url, authority.certificate));
  const moved = stack.move();
  return {
    kubeconfig,
    passed,
    hold(what, request) {
      const hold = new Hold();
      holds.add({ what, request, hold });
      return hold;
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

function kubeconfigOf(server: string, authority: string): string {
  const name = "holding-proxy";
  const cluster = { server, "certificate-authority-data": Buffer.from(authority).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
