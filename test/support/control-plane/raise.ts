import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ControlPlaneAddress, ControlPlaneOptions } from "./address.ts";
import { type Audit, auditOf } from "./audit.ts";
import { commandIn } from "./command.ts";
import { type Credentials, writeCredentials } from "./credentials.ts";
import { Daemon } from "./daemon.ts";
import { readEnvironment } from "./environment.ts";
import { findFreePort, type LoopbackShare, reserveLoopbackShare } from "./loopback.ts";
import { apiServerArguments, controllerManagerArguments, etcdArguments } from "./program-arguments.ts";
import type { MorePrograms, Programs } from "./programs.ts";
import { type Request, requestAs } from "./request.ts";

/** A running control plane and its programs in the order in which they were started. */
export interface RaisedPlane {
  readonly address: Omit<ControlPlaneAddress, "processIds">;
  readonly daemons: readonly Daemon[];
}

/**
 * Starts etcd, the API server, the controller manager and, when asked for,
 * cert-manager, each when the one before is ready. All that must be undone goes onto the stack, so that
 * disposing it, at whatever point, stops and removes it in the reverse order:
 * the API server before etcd, without which it hangs in its own shutdown.
 */
export async function raise(
  programs: Programs,
  options: ControlPlaneOptions,
  stack: AsyncDisposableStack,
  stop: AbortSignal,
): Promise<RaisedPlane> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-control-plane-"));
  stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const logDirectory = join(directory, "logs");
  await mkdir(logDirectory);
  const share = stack.use(await reserveLoopbackShare());
  const port = await findFreePort(share.address);
  const server = `https://${share.address}:${port}`;
  const credentials = await writeCredentials(join(directory, "keys"), server, [share.address, share.apiServerService]);
  const request = requestAs(server, credentials.certificateAuthority, credentials.administrator);
  const place: Place = { programs, directory, logDirectory, share, credentials, request, stack, stop };

  const { etcd, url: etcdUrl } = await startEtcd(place);
  const audit = auditOf(options, place, readEnvironment().auditDirectory);
  const daemons = [etcd, await startApiServer(place, port, etcdUrl, audit)];
  const { more } = programs;
  if (more !== undefined) daemons.push(await startControllerManager(place, more.controllerManager));
  const hasCertManager = more !== undefined && options.certManager === true;
  if (hasCertManager) daemons.push(await startCertManager(place, more));
  return {
    address: {
      directory,
      server,
      etcd: etcdUrl,
      certificateAuthority: credentials.certificateAuthority,
      administrator: credentials.administrator,
      kubeconfig: credentials.files.administratorKubeconfig,
      kubectlProgram: programs.kubectl,
      origin: programs.origin,
      hasControllerManager: more !== undefined,
      hasCertManager,
      helmProgram: more?.helm,
      serviceRange: share.serviceRange,
      podRange: share.podRange,
      auditLog: audit?.logFile,
    },
    daemons,
  };
}

/** What each start below shares. */
interface Place {
  readonly programs: Programs;
  readonly directory: string;
  readonly logDirectory: string;
  readonly share: LoopbackShare;
  readonly credentials: Credentials;
  readonly request: Request;
  readonly stack: AsyncDisposableStack;
  readonly stop: AbortSignal;
}

async function startEtcd(place: Place): Promise<{ etcd: Daemon; url: string }> {
  const url = `http://${place.share.address}:${await findFreePort(place.share.address)}`;
  const etcd = place.stack.use(
    new Daemon({
      name: "etcd",
      program: place.programs.etcd,
      arguments: etcdArguments({
        dataDirectory: join(place.directory, "etcd"),
        clientUrl: url,
        peerUrl: `http://${place.share.address}:${await findFreePort(place.share.address)}`,
      }),
      logDirectory: place.logDirectory,
      isReady: async (signal) => (await fetch(`${url}/health`, { signal })).ok,
    }),
  );
  await etcd.start(place.stop);
  return { etcd, url };
}

async function startApiServer(place: Place, port: number, etcdUrl: string, audit: Audit | undefined) {
  const policyFile = join(place.directory, "audit-policy.json");
  if (audit !== undefined) await writeFile(policyFile, JSON.stringify(audit.policy));
  const apiServer = place.stack.use(
    new Daemon({
      name: "kube-apiserver",
      program: place.programs.apiServer,
      arguments: apiServerArguments({
        share: place.share,
        port,
        etcdUrl,
        files: place.credentials.files,
        certificateDirectory: join(place.directory, "keys"),
        audit: audit && { policyFile, logFile: audit.logFile },
      }),
      logDirectory: place.logDirectory,
      isReady: async (signal) => (await place.request("GET", "/readyz", { signal })).status === 200,
    }),
  );
  await apiServer.start(place.stop);
  return apiServer;
}

async function startControllerManager(place: Place, program: string): Promise<Daemon> {
  const controllerManager = place.stack.use(
    new Daemon({
      name: "kube-controller-manager",
      program,
      arguments: controllerManagerArguments({
        share: place.share,
        port: await findFreePort(place.share.address),
        files: place.credentials.files,
        certificateDirectory: join(place.directory, "keys"),
      }),
      logDirectory: place.logDirectory,
      // Its health port answers before its controllers run; the first service account is one controller's work done.
      isReady: async (signal) =>
        (await place.request("GET", "/api/v1/namespaces/default/serviceaccounts/default", { signal })).status === 200,
    }),
  );
  await controllerManager.start(place.stop);
  return controllerManager;
}

async function startCertManager(place: Place, programs: MorePrograms): Promise<Daemon> {
  const { administratorKubeconfig } = place.credentials.files;
  const kubectl = commandIn(join(place.directory, "home"), place.programs.kubectl, administratorKubeconfig);
  const definitions = ["--filename", programs.certManagerDefinitions];
  await kubectl(["apply", "--server-side", ...definitions]);
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...definitions]);
  const certManager = place.stack.use(
    new Daemon({
      name: "cert-manager",
      program: programs.certManager,
      arguments: [`--kubeconfig=${administratorKubeconfig}`],
      logDirectory: place.logDirectory,
      isReady: async () => true, // whoever wants a certificate waits for that
    }),
  );
  await certManager.start(place.stop);
  return certManager;
}
