import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { SYSTEM_CLOCK } from "#kube/clock.ts";
import { ClusterClient } from "#kube/cluster-client.ts";
import { kubeconfigConnection } from "#kube/kubeconfig.ts";
import { reflectCluster } from "#kube/reflect-cluster.ts";
import type { Resource } from "#kube/resource.ts";
import { SharedInformer } from "#kube/shared-informer.ts";
import { writeCertificateDirectory } from "../certificate-directory.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";

/** A directory that holds a certificate as a Pod would see it. */
export interface MountedSecret extends AsyncDisposable {
  readonly directory: string;
}

/**
 * Waits until cert-manager has filled a Secret, and stands in for the kubelet:
 * writes what it holds into a directory, and again whenever it changes.
 */
export async function mountSecret(plane: ControlPlaneClient, namespace: string, name: string): Promise<MountedSecret> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-certificate-"));
  stack.defer(() => rm(directory, { recursive: true }));
  let isWritten = false;
  const write = async ({ data }: Secret) => {
    const text = (key: string) => Buffer.from(data?.[key] ?? "", "base64").toString("utf8");
    const pair = { certificate: text("tls.crt"), privateKey: text("tls.key") };
    await writeCertificateDirectory(directory, pair, text("ca.crt"));
    isWritten = true;
  };
  stack.use(await watchSecret(plane, namespace, name, write));
  await poll(`cert-manager has filled Secret ${name}`, () => Promise.resolve(isWritten));
  const mounted = stack.move();
  return { directory, [Symbol.asyncDispose]: () => mounted.disposeAsync() };
}

interface Secret extends Resource {
  readonly data?: Readonly<Record<string, string>>;
}

const SECRETS = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true };

async function watchSecret(
  { kubeconfig }: ControlPlaneClient,
  namespace: string,
  name: string,
  onState: (secret: Secret) => Promise<void>,
): Promise<AsyncDisposable> {
  const clock = SYSTEM_CLOCK;
  const logger = pino({ level: "silent" }); // the API server may be killed meanwhile, which is no news
  const connection = await kubeconfigConnection({ paths: [kubeconfig], clock });
  const client = new ClusterClient({ connection, clock, userAgent: "gatehouse-test-kubelet" });
  const informer = new SharedInformer<Secret>({ name: "secret", logger });
  informer.addHandler(({ type, object }) => (type === "deleted" ? undefined : onState(object)));
  const stop = new AbortController();
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  const reflect = reflectCluster({ client, clock, logger })<Secret>({ type: SECRETS, selection, content: "whole" });
  const running = informer.run(reflect, stop.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      client[Symbol.dispose]();
    },
  };
}
