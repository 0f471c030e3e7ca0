import { KINDS } from "#api/kinds.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";

/** Requests so far that changed what a controller may change, whoever sent them; leases are not among it. */
export async function writesSoFar({ request }: ControlPlaneClient): Promise<number> {
  const { body } = await request("GET", "/metrics");
  return String(body)
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{") && isWrite(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

function isWrite(series: string): boolean {
  const resource = /[{,]resource="([^"]*)"/.exec(series)?.[1] ?? "";
  const verb = /[{,]verb="([^"]*)"/.exec(series)?.[1] ?? "";
  return WRITTEN.has(resource) && WRITES.has(verb);
}

const WRITTEN: ReadonlySet<string> = new Set([
  ...KINDS.map(({ plural }) => plural),
  "configmaps",
  "secrets",
  "events",
  "deployments",
  "services",
]);

const WRITES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE"]);
