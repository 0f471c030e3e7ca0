import type { Model } from "#api/kinds/model.ts";
import { Buckets } from "./buckets.ts";
import { hostOf } from "./host-pattern.ts";
import { prefixOf, upstreamId } from "./model-pattern.ts";
import type { StoredObject } from "./stored-objects.ts";

/** A model as approvals see it, and the stored objects that have it. */
export interface ModelUse {
  readonly model: Model;
  readonly users: ReadonlySet<StoredObject>;
}

/**
 * Which stored objects use which models. Models that every approval judges alike
 * are one, so that what is kept grows with what a company runs, not with how
 * often it says so.
 */
export class ModelUseIndex {
  readonly #uses = new Map<string, Use>();
  readonly #byId = new Buckets<Use>();

  add(user: StoredObject, model: Model): void {
    const identity = identityOf(model);
    const known = this.#uses.get(identity);
    if (known) known.users.add(user);
    else this.#addFirst(identity, { model, users: new Set([user]) });
  }

  delete(user: StoredObject, model: Model): void {
    const identity = identityOf(model);
    const use = this.#uses.get(identity);
    if (!use?.users.delete(user) || use.users.size > 0) return;
    this.#uses.delete(identity);
    this.#byId.delete(upstreamId(model), use);
  }

  /** Uses of the models that a pattern matches. A prefix is compared with every id in use, not with every object. */
  *matching(pattern: string): Generator<ModelUse> {
    const prefix = prefixOf(pattern);
    if (prefix === undefined) yield* this.#byId.get(pattern) ?? [];
    else for (const id of this.#byId.keys()) if (id.startsWith(prefix)) yield* this.#byId.get(id) ?? [];
  }

  #addFirst(identity: string, use: Use): void {
    this.#uses.set(identity, use);
    this.#byId.add(upstreamId(use.model), use);
  }
}

interface Use extends ModelUse {
  readonly users: Set<StoredObject>;
}

/** Equal for models that every approval judges alike: of an endpoint the host decides, of the name only the id. */
function identityOf(model: Model): string {
  const { provider, type, endpoint, region, version, dataClassification } = model;
  const host = endpoint === undefined ? undefined : (hostOf(endpoint) ?? "");
  return JSON.stringify([upstreamId(model), provider, type, host, region, version, dataClassification]);
}
