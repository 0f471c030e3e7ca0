import type { SecretKey } from "#api/reference.ts";
import type { EffectiveConfiguration } from "./effective-configuration.ts";
import type { Parameters } from "./parameters.ts";

export interface RenderContext {
  /** Of everything that goes into the configuration: what the gateway has to echo. */
  readonly hash: string;
  /** The content. Every key that the configuration names is there: parts whose Secrets are missing never get here. */
  readonly secret: (reference: SecretKey) => string;
  /** `spec.parameters` of the class. */
  readonly parameters: Parameters;
  /** Whether a credential stands where none should, as in a policy's `config`: then no file may be in the ConfigMap. */
  readonly isConfidential?: boolean;
}

/** A gateway's configuration as it is delivered. The same input gives the same bytes. */
export interface Rendered {
  /** Files that hold no credential, by file name: the ConfigMap's data. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that do, by file name: the Secret's data. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What is pushed to the admin API, where the gateway has one. */
  readonly pushed?: string;
}

/** Writes a configuration in a gateway's own language. Throws only on a bug: what cannot be honoured was refused before. */
export type Render = (configuration: EffectiveConfiguration, context: RenderContext) => Rendered;
