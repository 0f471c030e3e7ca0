import { controllerOf } from "#kube/owner-reference.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import type { SharedInformer } from "#kube/shared-informer.ts";
import type { StoreReader } from "#kube/store.ts";
import type { MadeObject } from "./delivery/former-objects.ts";

/** What gateways control, by namespace and, by an index, by gateway. */
export class MadeObjects {
  readonly #stores = new Map<string, MadeStore[]>();

  /** Takes in the objects of a type in a namespace. */
  add(type: ResourceType, namespace: string, informer: SharedInformer<Resource>): void {
    informer.addIndexer({ name: BY_CONTROLLER, valuesOf: controllerUid });
    const stores = this.#stores.get(namespace) ?? [];
    this.#stores.set(namespace, [...stores, { type, store: informer.store }]);
  }

  of({ metadata: { namespace = "", uid = "" } }: Resource): readonly MadeObject[] {
    const stores = this.#stores.get(namespace) ?? [];
    return stores.flatMap(({ type, store }) => store.byIndex(BY_CONTROLLER, uid).map((object) => ({ type, object })));
  }
}

const BY_CONTROLLER = "controller";

function controllerUid(object: Resource): readonly string[] {
  const controller = controllerOf(object);
  return controller === undefined ? [] : [controller.uid];
}

interface MadeStore {
  readonly type: ResourceType;
  readonly store: StoreReader<Resource>;
}
