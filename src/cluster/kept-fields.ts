import { COVERAGE_FIELDS } from "#policy/coverage.ts";
import type { StoredKind } from "#policy/stored-objects.ts";
import type { FactObject } from "./fact-handler.ts";

/**
 * What is kept of a team's stored object: what the index serves (`StoredKinds` in
 * `policy/stored-objects.ts`), and no more, since these come by the ten thousand.
 * Any shape will do, since an object may have been stored under another schema: a
 * wrong one stays wrong, for those to see who judge shapes.
 */
export function keptFields(kind: StoredKind): (object: FactObject) => FactObject {
  const fields: Kept = { apiVersion: WHOLE, kind: WHOLE, metadata: IDENTITY, spec: KEPT[kind] };
  return (object) => kept(object, fields) as FactObject;
}

/** A whole value, some fields of an object or of each object in a list, or a value in the place of what nobody reads. */
type Kept = typeof WHOLE | { readonly [field: string]: Kept } | Instead;

const WHOLE = "whole";

/** A schema asks for it. */
class Instead {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

const IDENTITY = wholly("name", "namespace", "uid", "resourceVersion");
const COVERAGE = wholly(...COVERAGE_FIELDS);
const MATCH = wholly("path", "pathType", "methods", "match");

const KEPT: Readonly<Record<StoredKind, Kept>> = {
  AIGatewayConfig: {
    gatewayClassName: WHOLE,
    models: { ...COVERAGE, modelRef: WHOLE, fallbacks: WHOLE },
    routes: { ...MATCH, promptTemplateRef: WHOLE },
    policies: { name: WHOLE },
  },
  ModelConfig: { ...COVERAGE, fallbacks: WHOLE },
  AIRoute: { ...MATCH, parentRefs: WHOLE, promptTemplateRef: WHOLE },
  PromptTemplate: { models: WHOLE, messages: new Instead([{ role: "system", content: "-" }]) },
  RateLimitPolicy: { targetRefs: WHOLE, limits: new Instead([{ requests: 1, window: "1s" }]) },
  IntegrationConfig: { type: WHOLE, provider: WHOLE, targetRefs: WHOLE },
};

function wholly(...fields: readonly string[]): Readonly<Record<string, typeof WHOLE>> {
  return Object.fromEntries(fields.map((field) => [field, WHOLE]));
}

function kept(value: unknown, what: Kept): unknown {
  if (what === WHOLE) return value;
  if (what instanceof Instead) return what.value;
  if (Array.isArray(value)) return value.map((item) => kept(item, what));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).flatMap(([field, inner]) =>
    Object.hasOwn(what, field) ? [[field, kept(inner, what[field] ?? WHOLE)] as const] : [],
  );
  return Object.fromEntries(fields);
}
