import { CLEANUP_FINALIZER, fieldManagerOf } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { FactObject } from "#cluster/fact-handler.ts";
import { factType } from "#cluster/fact-types.ts";
import type { Client } from "#kube/client.ts";
import { addFinalizer, removeFinalizer } from "#kube/finalizers.ts";
import { isConflict } from "#kube/kubernetes-error.ts";
import type { Reconcile } from "#kube/reconcile-attempt.ts";
import { DONE, retry } from "#kube/reconcile-result.ts";
import type { StoreReader } from "#kube/store.ts";
import { withdrawStatus } from "../status/withdraw-status.ts";
import { classFate } from "./class-fate.ts";
import type { ClassNeeds } from "./class-needs.ts";

export const CLASSES = factType("AIGatewayClass");

export interface ClassReconcilerOptions {
  /** Writes only while we lead. */
  readonly client: Client;
  readonly controllerName: string;
  /** As they are stored. */
  readonly classes: Pick<StoreReader<FactObject>, "get">;
  readonly needs: Pick<ClassNeeds, "gatewaysOf">;
}

/** Keeps a class from going for as long as a gateway of it would have to be emptied with its help. */
export function classReconciler({ client, controllerName, classes, needs }: ClassReconcilerOptions): Reconcile {
  return async (name, { signal }) => {
    const object = classes.get(name);
    if (!object) return DONE;
    const isNeeded = needs.gatewaysOf(name).length > 0;
    // A conflict means that something has changed, so that all of this is to be asked again.
    const target = { client, type: CLASSES, object, retry: "never" } as const;
    try {
      switch (classFate(object as FactObject & AIGatewayClass, { controllerName, isNeeded })) {
        case "keep":
          await addFinalizer(target, CLEANUP_FINALIZER);
          break;
        case "release":
          await removeFinalizer(target, CLEANUP_FINALIZER);
          break;
        case "hand over": {
          const { object: present } = await removeFinalizer(target, CLEANUP_FINALIZER);
          const fieldManager = fieldManagerOf(controllerName);
          if (present) await withdrawStatus({ client, type: CLASSES, present, fieldManager, signal });
          break;
        }
        case "leave":
          break;
      }
    } catch (error) {
      if (isConflict(error)) return retry();
      throw error;
    }
    return DONE;
  };
}
