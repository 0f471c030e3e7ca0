import { PODS, SECRETS } from "#controller/delivered-objects.ts";
import type { Client } from "#kube/client.ts";
import type { ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { Attempt } from "../until-done.ts";
import { UsageError } from "../usage-error.ts";
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

/** An object of the installation's namespace. */
export interface Leftover {
  readonly type: ResourceType;
  readonly name: string;
}

/** The value of `--leftovers`; throws UsageError where that makes no sense. */
export function leftoversOf(text: string): readonly Leftover[] {
  if (text === "") return [];
  return text.split(",").map((word) => {
    const [plural = "", name = "", ...more] = word.trim().split("/");
    const type = TYPES.find((one) => one.plural === plural);
    if (type && name !== "" && more.length === 0) return { type, name };
    const known = TYPES.map((one) => `'${one.plural}'`).join(", ");
    throw new UsageError(
      `uninstall: option '--leftovers' must be RESOURCE/NAME with commas between them, RESOURCE being one of ${known}, not '${word}'`,
    );
  });
}

const TYPES: readonly ResourceType[] = [
  PODS,
  SECRETS,
  { group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true },
  { group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease", namespaced: true },
  { group: "cert-manager.io", version: "v1", plural: "certificates", kind: "Certificate", namespaced: true },
];
