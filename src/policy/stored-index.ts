import type { Model } from "#api/kinds/model.ts";
import { Buckets } from "./buckets.ts";
import { type ModelUse, ModelUseIndex } from "./model-use-index.ts";
import { NamespaceIndex } from "./namespace-index.ts";
import {
  type NamespaceObjects,
  type StoredGateway,
  type StoredKind,
  type StoredKinds,
  type StoredModelConfig,
  type StoredObject,
  sharedModel,
} from "./stored-objects.ts";

/**
 * What teams have stored: by namespace, where objects refer to each other, and in
 * all namespaces by the class that AIGatewayConfigs name and by the models in use.
 */
export class StoredIndex {
  readonly #namespaces = new Map<string, NamespaceIndex>();
  readonly #byClass = new Buckets<StoredObject>();
  readonly #models = new ModelUseIndex();

  apply<K extends StoredKind>(kind: K, object: StoredKinds[K]): void {
    const { namespace = "", name = "" } = object.metadata;
    this.#delete(kind, namespace, name);
    const user = { kind, namespace, name };
    const known = this.#namespaces.get(namespace) ?? new NamespaceIndex();
    this.#namespaces.set(namespace, known);
    known.add(user, object);
    if (kind === "AIGatewayConfig") this.#byClass.add(classOf(object as StoredGateway), user);
    for (const model of modelsIn(kind, object)) this.#models.add(user, model);
  }

  /** By `namespace/name`. */
  delete(kind: StoredKind, key: string): void {
    const slash = key.indexOf("/");
    this.#delete(kind, key.slice(0, slash), key.slice(slash + 1));
  }

  #delete(kind: StoredKind, namespace: string, name: string): void {
    const known = this.#namespaces.get(namespace);
    const entry = known?.delete(kind, name);
    if (!known || !entry) return;
    const { user, object } = entry;
    if (known.isEmpty) this.#namespaces.delete(namespace);
    if (kind === "AIGatewayConfig") this.#byClass.delete(classOf(object as StoredGateway), user);
    for (const model of modelsIn(kind, object)) this.#models.delete(user, model);
  }

  *keys(kind: StoredKind): Generator<string> {
    for (const [namespace, known] of this.#namespaces) {
      for (const name of known.names(kind)) yield `${namespace}/${name}`;
    }
  }

  namespaces(): Iterable<string> {
    return this.#namespaces.keys();
  }

  in(namespace: string): NamespaceObjects {
    return this.#namespaces.get(namespace) ?? NOTHING_STORED;
  }

  /** AIGatewayConfigs that name a class, or, without an argument, those that leave it to the default. */
  ofClass(name: string = NO_CLASS): Iterable<StoredObject> {
    return this.#byClass.get(name) ?? [];
  }

  /** Uses of the models that a pattern of an approval matches. */
  usesOf(pattern: string): Iterable<ModelUse> {
    return this.#models.matching(pattern);
  }
}

const NOTHING_STORED: NamespaceObjects = new NamespaceIndex();

/** No class is called so. */
const NO_CLASS = "";

function classOf({ spec: { gatewayClassName = NO_CLASS } }: StoredGateway): string {
  return gatewayClassName;
}

/** The models that an approval has to cover. What a `modelRef` names says its ModelConfig, which is covered itself. */
function modelsIn(kind: StoredKind, object: StoredKinds[StoredKind]): readonly Model[] {
  if (kind === "ModelConfig") return [sharedModel(object as StoredModelConfig)];
  if (kind !== "AIGatewayConfig") return [];
  return (object as StoredGateway).spec.models.filter(({ modelRef }) => modelRef === undefined);
}
