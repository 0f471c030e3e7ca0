import { homedir } from "node:os";
import { join } from "node:path";

/** What this folder takes from the environment. */
export interface Environment {
  /** Where built programs are kept between runs. */
  readonly cacheDirectory: string;
  /** `KUBEBUILDER_ASSETS`: a folder with etcd, kube-apiserver and kubectl, as setup-envtest makes it. */
  readonly assetsDirectory: string | undefined;
  /** `GATEHOUSE_AUDIT_DIRECTORY`, where API servers log what service accounts ask for. */
  readonly auditDirectory: string | undefined;
  /** On a CI server a suite that cannot run is a failure. */
  readonly continuousIntegration: boolean;
  /** The whole environment, for the Go tool chain, which reads its own settings (proxy, caches). */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** The only reader of process.env in this folder. */
export function readEnvironment(): Environment {
  // oxlint-disable-next-line node/no-process-env -- this folder's one place
  const variables = process.env;
  return {
    cacheDirectory: join(variables["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "gatehouse", "control-plane"),
    assetsDirectory: variables["KUBEBUILDER_ASSETS"] || undefined,
    auditDirectory: variables["GATEHOUSE_AUDIT_DIRECTORY"] || undefined,
    continuousIntegration: !["", "0", "false"].includes(variables["CI"] ?? ""),
    inherited: variables,
  };
}

/** For this process and those that it starts. */
export function gatherAuditLogsIn(directory: string | undefined): void {
  // oxlint-disable-next-line node/no-process-env -- workers learn it from nowhere else
  const variables = process.env;
  if (directory === undefined) delete variables["GATEHOUSE_AUDIT_DIRECTORY"];
  else variables["GATEHOUSE_AUDIT_DIRECTORY"] = directory;
}
