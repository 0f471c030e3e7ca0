import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Model } from "#api/kinds/model.ts";
import { Buckets } from "./buckets.ts";
import { type ModelUse, ModelUseIndex } from "./model-use-index.ts";
import type { Subject } from "./policy-lookup.ts";

/** Stored AIGatewayConfigs by the class that they name and by the models that they use. */
export class ConfigIndex {
  readonly #configs = new Map<string, StoredConfig>();
  readonly #byClass = new Buckets<Subject>();
  readonly #models = new ModelUseIndex();

  apply(key: string, { metadata, spec }: AIGatewayConfig): void {
    this.delete(key);
    const subject: Subject = { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
    // What a modelRef names says its ModelConfig, which will have an index of its own.
    const models = spec.models.filter(({ modelRef }) => modelRef === undefined);
    const { gatewayClassName = NO_CLASS } = spec;
    this.#configs.set(key, { subject, gatewayClassName, models });
    this.#byClass.add(gatewayClassName, subject);
    for (const model of models) this.#models.add(subject, model);
  }

  delete(key: string): void {
    const config = this.#configs.get(key);
    if (!config) return;
    const { subject, gatewayClassName, models } = config;
    this.#configs.delete(key);
    this.#byClass.delete(gatewayClassName, subject);
    for (const model of models) this.#models.delete(subject, model);
  }

  keys(): Iterable<string> {
    return this.#configs.keys();
  }

  /** Those that name a class, or, without an argument, those that leave it to the default. */
  ofClass(name: string = NO_CLASS): Iterable<Subject> {
    return this.#byClass.get(name) ?? [];
  }

  /** Uses of the models that a pattern of an approval matches. */
  usesOf(pattern: string): Iterable<ModelUse> {
    return this.#models.matching(pattern);
  }
}

interface StoredConfig {
  readonly subject: Subject;
  readonly gatewayClassName: string;
  readonly models: readonly Model[];
}

/** No class is called so. */
const NO_CLASS = "";
