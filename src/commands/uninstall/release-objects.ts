import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { factType } from "#cluster/fact-types.ts";
import type { Client } from "#kube/client.ts";
import { hasFinalizer, removeFinalizer } from "#kube/finalizers.ts";
import { isNotFound, KubernetesError } from "#kube/kubernetes-error.ts";
import { keyOf, type Resource, type ResourceType } from "#kube/resource.ts";
import { listAll } from "../audit/list-all.ts";
import type { Attempt } from "../until-done.ts";
import { faultText } from "../watch/fault-text.ts";
import type { Installation } from "./installation.ts";

type ReleaseClient = Pick<Client, "list" | "get" | "patch">;

/** Removes our finalizer wherever it is, so that what is deleted from now on waits for nobody. */
export async function releaseObjects(
  client: ReleaseClient,
  { controllerName }: Installation,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  const held: Held[] = [];
  for (const { type, ownerOf } of KEPT) {
    const isOurs = (object: Kept) => (ownerOf(object) ?? controllerName) === controllerName;
    for (const object of await stored(client, type, signal))
      if (hasFinalizer(object, CLEANUP_FINALIZER) && isOurs(object)) held.push({ type, object });
  }
  const faults = await release(held, client, signal);
  if (faults.length === 0) return { done: `finalizers are removed from ${held.length} objects` };
  return { notYet: `${faults.length} of ${held.length} objects keep the finalizer, such as ${faults[0]}` };
}

interface Held {
  readonly type: ResourceType;
  readonly object: Resource;
}

type Kept = Resource & {
  readonly spec?: { readonly controllerName?: string };
  readonly status?: { readonly controllerName?: string };
};

/** What the controller puts its finalizer on, and whose an object is: that of another controller is left to it. */
const KEPT: readonly { readonly type: ResourceType; readonly ownerOf: (object: Kept) => string | undefined }[] = [
  { type: factType("AIGatewayConfig"), ownerOf: ({ status }) => status?.controllerName },
  { type: factType("AIGatewayClass"), ownerOf: ({ spec }) => spec?.controllerName ?? CONTROLLER_NAME },
];

async function stored(client: ReleaseClient, type: ResourceType, signal: AbortSignal): Promise<readonly Kept[]> {
  try {
    return await listAll<Kept>(client, type, {}, { signal, onPage: () => undefined });
  } catch (error) {
    if (isNotFound(error)) return []; // the CRD went first, and all objects with it
    throw error;
  }
}

async function release(held: readonly Held[], client: ReleaseClient, signal: AbortSignal): Promise<readonly string[]> {
  const faults: string[] = [];
  const waiting = held.values();
  const work = async () => {
    for (const { type, object } of waiting) {
      try {
        await removeFinalizer({ client, type, object, retry: { signal } }, CLEANUP_FINALIZER);
      } catch (error) {
        if (!(error instanceof KubernetesError)) throw error;
        faults.push(`${type.kind} ${keyOf(object)}: ${faultText(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return faults;
}

/** As many as the API server serves without being asked to wait, beside everybody else. */
const CONCURRENCY = 8;
