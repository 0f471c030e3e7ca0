import { PODS, SECRETS } from "#controller/delivered-objects.ts";
import type { Client } from "#kube/client.ts";
import type { ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import { type NamedObject, namedObjects } from "../named-objects.ts";
import type { Attempt } from "../until-done.ts";
import type { Installation } from "./installation.ts";

/** Deletes what Helm does not know of: what hooks have left to be read, and what the servers and cert-manager made. */
export async function deleteLeftovers(
  client: Pick<Client, "delete">,
  { namespace, leftovers }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  for (const { type, name } of leftovers)
    await unlessGone(client.delete(type, { namespace, name }, { propagationPolicy: "Background", signal }));
  const names = leftovers.map(({ type, name }) => `${type.plural}/${name}`);
  return { done: names.length === 0 ? "there are no leftovers to delete" : `leftovers are gone: ${names.join(", ")}` };
}

/** The value of `--leftovers`. */
export function leftoversOf(text: string): readonly NamedObject[] {
  return namedObjects("uninstall: option '--leftovers'", text, TYPES);
}

const TYPES: readonly ResourceType[] = [
  PODS,
  SECRETS,
  { group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true },
  { group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease", namespaced: true },
  { group: "cert-manager.io", version: "v1", plural: "certificates", kind: "Certificate", namespaced: true },
];
