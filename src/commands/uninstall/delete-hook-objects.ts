import { PODS } from "#controller/delivered-objects.ts";
import type { Client } from "#kube/client.ts";
import type { ResourceType } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import type { Attempt } from "../until-done.ts";
import type { Installation } from "./installation.ts";

/** Helm keeps what a failed hook or a test has left, so that it can be read, and forgets it when it uninstalls. */
export async function deleteHookObjects(
  client: Pick<Client, "delete">,
  { name, namespace }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const options = { propagationPolicy: "Background", signal } as const;
  await unlessGone(client.delete(JOBS, { namespace, name: `${name}-probe` }, options));
  await unlessGone(client.delete(PODS, { namespace, name: `${name}-test` }, options));
  return { done: "nothing is left of probes" };
}

const JOBS: ResourceType = { group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true };
