import { COVERAGE_FIELDS } from "#policy/coverage.ts";
import type { FactObject } from "./fact-handler.ts";

/**
 * What is kept of a stored AIGatewayConfig: its class, and of its models what
 * decides whether an approval covers them. Any shape will do, since an object may
 * have been stored under another schema: a wrong one stays wrong, for those to see
 * who judge shapes.
 */
export function coverageOnly(config: FactObject): FactObject {
  const { apiVersion, kind, metadata, spec }: Unchecked = config;
  const kept: unknown = isObject(spec)
    ? { ...picked(spec, ["gatewayClassName"]), routes: [], ...modelsOf(spec) }
    : spec;
  return {
    apiVersion,
    kind,
    metadata: isObject(metadata) ? picked(metadata, IDENTITY) : metadata,
    spec: kept,
  } as unknown as FactObject;
}

interface Unchecked {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
  readonly spec?: unknown;
}

function modelsOf({ models }: { readonly models?: unknown }): object {
  if (models === undefined) return {};
  const kept: unknown = Array.isArray(models)
    ? models.map((model: unknown) => (isObject(model) ? picked(model, ABOUT_A_MODEL) : model))
    : models;
  return { models: kept };
}

const IDENTITY = ["name", "namespace", "uid", "resourceVersion"];
const ABOUT_A_MODEL: readonly string[] = [...COVERAGE_FIELDS, "modelRef"];

function picked(object: object, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
