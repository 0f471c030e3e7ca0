import { PODS } from "#controller/delivered-objects.ts";
import type { Client } from "#kube/client.ts";
import type { Attempt } from "../until-done.ts";
import type { Installation } from "./installation.ts";

/** Done when the last Pod has ended: until then one of them may lead, and set finalizers. */
export async function serversEnded(
  client: Pick<Client, "list">,
  { name, namespace }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const labelSelector = `app.kubernetes.io/name=gatehouse,app.kubernetes.io/instance=${name}`; // the Deployment's own
  const { items } = await client.list(PODS, { namespace, labelSelector }, { metadataOnly: true, signal });
  if (items.length === 0) return { done: "no server runs any more" };
  return { notYet: `waiting for servers to end: ${items.map((pod) => pod.metadata.name).join(", ")}` };
}
