import { API_VERSION, type Kind } from "#api/kind.ts";
import { aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import { type IntegrationConfig, integrationConfig } from "#api/kinds/integration-config.ts";
import { type ModelConfig, modelConfig } from "#api/kinds/model-config.ts";
import { type PromptTemplate, promptTemplate } from "#api/kinds/prompt-template.ts";
import { type Limit, rateLimitPolicy } from "#api/kinds/rate-limit-policy.ts";
import type { Route } from "#api/kinds/route.ts";
import { completedBySchema } from "#review/schema-completion.ts";
import { shapeFaults } from "#validate/shape.ts";
import { unknownFields } from "#validate/unknown-fields.ts";
import { inOrder } from "./in-order.ts";

/** Parts as they were written when they were last good, defaults set; what they refer to is looked up again. */
export interface PartForms {
  /** As a ModelConfig's would be, whoever wrote it. */
  readonly model: ModelConfig["spec"];
  readonly route: Route;
  readonly policy: AttachedPolicy;
  readonly limit: Limit;
  readonly template: PromptTemplate["spec"];
  readonly integration: IntegrationConfig["spec"];
}

export type FormKind = keyof PartForms;

/**
 * The forms in which the parts of a gateway were last good, by kind and by what a
 * part is known again by: so a policy that is tightened, or an edit that is bad,
 * changes nothing that runs, also after the controller was restarted.
 */
export interface LastGood {
  /** What the forms were found fit for: adapter and modules of the gateway. */
  readonly fitFor: string;
  readonly forms: { readonly [K in FormKind]: ReadonlyMap<string, PartForms[K]> };
}

export const NOTHING_GOOD: LastGood = {
  fitFor: "",
  forms: {
    model: new Map(),
    route: new Map(),
    policy: new Map(),
    limit: new Map(),
    template: new Map(),
    integration: new Map(),
  },
};

/** Changes when older controllers would misread what is written. */
const VERSION = 1;

/** As it is kept: JSON whose bytes depend on nothing but the forms. It may hold literal credentials. */
export function lastGoodText({ fitFor, forms }: LastGood): string {
  const lists: Record<string, unknown> = {};
  for (const kind of FORM_KINDS) lists[kind] = Array.from<readonly [string, unknown]>(forms[kind]).sort(byId);
  return JSON.stringify(inOrder({ version: VERSION, fitFor, forms: lists }));
}

function byId([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

/**
 * What a text says that was kept, whoever wrote it since: entries that are not what
 * they should be are left out, and of a text that says nothing, nothing was good.
 */
export function parseLastGood(text: string | undefined): LastGood | undefined {
  const kept = text === undefined ? undefined : objectOf(parsed(text));
  if (kept?.["version"] !== VERSION) return undefined;
  const { fitFor } = kept;
  const forms = objectOf(kept["forms"]) ?? {};
  return {
    fitFor: typeof fitFor === "string" ? fitFor : "",
    forms: {
      model: formsIn(forms["model"], readModel),
      route: formsIn(forms["route"], readRoute),
      policy: formsIn(forms["policy"], readPolicy),
      limit: formsIn(forms["limit"], readLimit),
      template: formsIn(forms["template"], readTemplate),
      integration: formsIn(forms["integration"], readIntegration),
    },
  };
}

const FORM_KINDS = Object.keys(NOTHING_GOOD.forms) as FormKind[];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

type Read<F> = (form: unknown) => F | undefined;

function formsIn<F>(list: unknown, read: Read<F>): ReadonlyMap<string, F> {
  const forms = new Map<string, F>();
  for (const entry of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const [id, written] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    const form = typeof id === "string" ? read(written) : undefined;
    if (typeof id === "string" && form !== undefined) forms.set(id, form);
  }
  return forms;
}

/** By the schemas by which they once came in. */
const readModel: Read<PartForms["model"]> = (form) => specOf(modelConfig, form);
const readTemplate: Read<PartForms["template"]> = (form) => specOf(promptTemplate, form);
const readIntegration: Read<PartForms["integration"]> = (form) => specOf(integrationConfig, form);
const readRoute: Read<PartForms["route"]> = (form) => specOf(aiGatewayConfig, { ...EMPTY, routes: [form] })?.routes[0];
const readPolicy: Read<PartForms["policy"]> = (form) =>
  specOf(aiGatewayConfig, { ...EMPTY, policies: [form] })?.policies?.[0];
const readLimit: Read<PartForms["limit"]> = (form) =>
  specOf(rateLimitPolicy, { targetRefs: ANY_TARGET, limits: [form] })?.limits[0];

const EMPTY = { models: [], routes: [] };
const ANY_TARGET = [{ kind: "AIGatewayConfig", name: "main" }];

/** As it is, less what the schema does not know; undefined where it is not of the schema. */
function specOf<Spec>(kind: Kind<Spec>, spec: unknown): Spec | undefined {
  const object = { apiVersion: API_VERSION, kind: kind.kind, metadata: {}, spec };
  if (objectOf(spec) === undefined || shapeFaults(kind, object).length > 0) return undefined;
  if (unknownFields(kind, object).length === 0) return spec as Spec;
  return (completedBySchema(kind, object).object as typeof object).spec as Spec;
}
