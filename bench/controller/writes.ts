import { KINDS } from "#api/kinds.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";

/** What a controller may write; leases are not among it. */
const ALL: readonly Written[] = [
  ...KINDS.map(({ plural }) => ({ resource: plural })),
  { resource: "configmaps" },
  { resource: "secrets" },
  { resource: "events" },
  { resource: "deployments" },
  { resource: "services" },
];

/** What gateways run. */
export const DELIVERED: readonly Written[] = [{ resource: "configmaps" }, { resource: "secrets" }];

/** What is said of gateways. */
export const STATUSES: readonly Written[] = [{ resource: "aigatewayconfigs", subresource: "status" }];

interface Written {
  /** Plural. */
  readonly resource: string;
  /** Of whichever, if not given. */
  readonly subresource?: string;
}

/** Requests so far that changed such objects, whoever sent them. */
export async function writesSoFar({ request }: ControlPlaneClient, written = ALL): Promise<number> {
  const { body } = await request("GET", "/metrics");
  return String(body)
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{") && isWrite(line, written))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

function isWrite(series: string, written: readonly Written[]): boolean {
  const label = (name: string) => new RegExp(`[{,]${name}="([^"]*)"`).exec(series)?.[1] ?? "";
  return (
    WRITES.has(label("verb")) &&
    written.some(
      ({ resource, subresource }) =>
        label("resource") === resource && (subresource === undefined || label("subresource") === subresource),
    )
  );
}

const WRITES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "APPLY", "DELETE"]);
