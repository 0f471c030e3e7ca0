import { DEPLOYMENTS } from "#controller/delivered-objects.ts";
import type { Client } from "#kube/client.ts";
import type { Resource } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { Attempt } from "../until-done.ts";
import { checkOurs, type Installation } from "./installation.ts";

/** Scales the Deployment to 0. */
export async function scaleDown(
  client: Pick<Client, "get" | "patch">,
  { name, namespace }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const deployment = await unlessGone(client.get(DEPLOYMENTS, { namespace, name }, { metadataOnly: true, signal }));
  if (!deployment) return { done: `Deployment ${namespace}/${name} is not there` };
  checkOurs({ ...deployment, kind: "Deployment" });
  const patch = { kind: "merge", document: { spec: { replicas: 0 } } } as const;
  await unlessGone(client.patch<Resource>(DEPLOYMENTS, { namespace, name }, patch, { subresource: "scale", signal }));
  return { done: `Deployment ${namespace}/${name} is scaled to 0` };
}
