import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeCertificateDirectory } from "../../test/support/certificate-directory.ts";
import { createCertificateAuthority } from "../../test/support/certificates.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { startGatehouse } from "../../test/support/gatehouse/process.ts";
import { startPeer } from "../peer-process.ts";

/** A server behind two webhooks, in a process of its own. */
export interface WebhookServer extends AsyncDisposable {
  readonly processId: number;
  readonly origin: string;
  /** PEM by which the API server knows it. */
  readonly certificateAuthority: string;
}

/** A bare server that parses the review and allows it. */
export async function startFloor(): Promise<WebhookServer> {
  const peer = await startPeer("parse-floor", { alone: false });
  return {
    processId: peer.processId,
    origin: `https://127.0.0.1:${peer.port}`,
    certificateAuthority: peer.certificate,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

/** `gatehouse serve` as it runs in a cluster, judging by the facts that the cluster has. */
export async function startOurs({ kubeconfig }: ControlPlaneClient): Promise<WebhookServer> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await mkdtempDisposable(join(tmpdir(), "gatehouse-bench-")));
  const authority = await createCertificateAuthority("bench");
  await writeCertificateDirectory(path, await authority.issueServer({ names: ["127.0.0.1"] }), authority.certificate);
  const { processId, admission } = stack.use(
    await startGatehouse([
      ["--kubeconfig", kubeconfig],
      ["--certificate-directory", path],
      ["--bind-address", "127.0.0.1"],
      ["--port", "0"],
      ["--plain-bind-address", "127.0.0.1"],
      ["--plain-port", "0"],
    ]),
  );
  const started = stack.move();
  return {
    processId,
    origin: admission,
    certificateAuthority: authority.certificate,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
