import { basename, join } from "node:path";
import type { ControlPlaneOptions } from "./address.ts";

/** What an API server logs of requests, and where. */
export interface Audit {
  readonly policy: object;
  readonly logFile: string;
}

/**
 * Who asked for what: everybody, where that is asked for; else service accounts
 * alone, in the folder in which a run gathers the logs of all its planes.
 */
export function auditOf(
  { auditLog = false }: ControlPlaneOptions,
  plane: { readonly directory: string; readonly logDirectory: string },
  gatheredIn: string | undefined,
): Audit | undefined {
  if (auditLog) return { policy: EVERYBODY, logFile: join(plane.logDirectory, "audit.jsonl") };
  if (gatheredIn === undefined) return undefined;
  return { policy: SERVICE_ACCOUNTS, logFile: join(gatheredIn, `${basename(plane.directory)}.jsonl`) };
}

const POLICY = { apiVersion: "audit.k8s.io/v1", kind: "Policy" };

const EVERYBODY = { ...POLICY, rules: [{ level: "Metadata" }] };

const SERVICE_ACCOUNTS = {
  ...POLICY,
  omitStages: ["RequestReceived"], // nothing is decided by then
  rules: [
    { level: "None", userGroups: ["system:serviceaccounts:kube-system"] }, // the controller manager's
    { level: "Metadata", userGroups: ["system:serviceaccounts"] },
    { level: "None" },
  ],
};
