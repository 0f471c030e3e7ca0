import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import type { Resource } from "#kube/resource.ts";
import { unlessGone } from "#kube/unless-gone.ts";
import { DEPLOYMENTS } from "../delivered-objects.ts";
import type { Verification } from "../verification/verification.ts";
import type { Plan } from "./delivery.ts";
import { formerObjects, formerToGo, type MadeObject } from "./former-objects.ts";
import { refusedWrite } from "./refused-write.ts";
import { type DeploymentWithProgress, hasRolledOut } from "./rolled-out.ts";

export interface TakeDownOptions {
  /** Writes only while we lead. */
  readonly client: Pick<Client, "get" | "delete">;
  /** What was made for a gateway, from the caches. */
  readonly madeFor: (gateway: Resource) => readonly MadeObject[];
}

export interface TakenDown {
  /** As `Secret main-gateway`. */
  readonly deleted: readonly string[];
  /** What the API server has against it; holds no secret. */
  readonly refusal?: string;
}

/**
 * Deletes what a gateway had under former names, once all of it is there under those that
 * its class gives now, and runs. Without any nothing is asked of the API server.
 */
export async function takeDownFormer(
  plan: Plan,
  verification: Verification | undefined,
  { client, madeFor }: TakeDownOptions,
  signal: AbortSignal,
): Promise<TakenDown> {
  const former = formerObjects(madeFor(plan.gateway as AIGatewayConfig & Resource), plan);
  if (former.length === 0) return { deleted: [] };
  const enough = await instancesInstead(plan, client, signal);
  if (enough === undefined) return { deleted: [] };
  const deleted: string[] = [];
  for (const { type, object } of formerToGo(former, verification, enough)) {
    const { metadata } = object;
    const { uid = "", resourceVersion = "" } = metadata;
    // What somebody has changed since may not be ours any more.
    const deletion = { preconditions: { uid, resourceVersion }, propagationPolicy: "Background", signal } as const;
    try {
      const isDeleted = await unlessGone(client.delete(type, metadata, deletion).then(() => true));
      if (isDeleted) deleted.push(`${type.kind} ${metadata.name}`);
    } catch (error) {
      return { deleted, refusal: refusedWrite(error).message };
    }
  }
  return { deleted };
}

/** How many have to run the configuration in the place of those that go; undefined as long as they are not there. */
async function instancesInstead(
  { target }: Plan,
  client: TakeDownOptions["client"],
  signal: AbortSignal,
): Promise<number | undefined> {
  const { namespace, managedName: name } = target;
  if (name === undefined) return 1;
  const deployment = await unlessGone(client.get<DeploymentWithProgress>(DEPLOYMENTS, { namespace, name }, { signal }));
  return deployment && hasRolledOut(deployment) ? (deployment.spec?.replicas ?? 1) : undefined;
}
