import { type ApplyClient, applyStatus } from "#kube/apply.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";

export interface StatusWithdrawal {
  readonly client: ApplyClient;
  readonly type: ResourceType;
  /** As it was read: what the decision is based on. */
  readonly present: Resource;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}

/** An apply of nothing takes away what is ours in a status, and leaves what others have written there. */
export async function withdrawStatus({ type, present, ...how }: StatusWithdrawal): Promise<void> {
  const { group, version, kind } = type;
  const wanted = { apiVersion: `${group}/${version}`, kind, metadata: present.metadata };
  await applyStatus({ ...how, type, wanted, present });
}
