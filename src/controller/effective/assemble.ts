import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { Limit } from "#api/kinds/rate-limit-policy.ts";
import type {
  EffectiveConfiguration,
  EffectiveIntegration,
  EffectiveModel,
  EffectiveRoute,
} from "#gateway/effective-configuration.ts";
import { compareNames } from "#policy/name-order.ts";
import type { Attached } from "./attached-candidates.ts";
import { type Choice, formOf } from "./choice.ts";
import { inOrder } from "./in-order.ts";
import type { Choices } from "./judge-together.ts";
import type { FormKind, PartForms } from "./last-good.ts";
import { pathOf } from "./route-match.ts";
import { bySpecificity } from "./route-order.ts";
import { targetsOf } from "./settle-routes.ts";

/** What attached parts are about, by their candidates. */
export type Attachments = ReadonlyMap<unknown, Attached<"limit" | "integration">["attachment"]>;

/** What runs, put together. The same parts give the same bytes, in whatever order they and their fields came. */
export function assemble(
  { namespace = "", name = "" }: { readonly namespace?: string; readonly name?: string },
  choices: Choices,
  attachments: Attachments,
): EffectiveConfiguration {
  const pieces: Pieces = {
    limits: choices.limit.flatMap((choice) => {
      const limit = formOf(choice);
      return limit ? [{ limit, about: attachments.get(choice.candidate) }] : [];
    }),
    modelNames: new Set(choices.model.filter(runs).map(({ candidate }) => candidate.name)),
    policyNames: choices.policy.filter(runs).map(({ candidate }) => candidate.name),
    templates: new Map(choices.template.map((choice) => [choice.candidate.name, formOf(choice)])),
  };
  const configuration: EffectiveConfiguration = {
    namespace,
    name,
    models: formsIn(choices.model, (form, choice) => effectiveModel(form, choice, pieces)),
    routes: formsIn(choices.route.toSorted(byOrigin), (form, choice) => effectiveRoute(form, choice, pieces)).sort(
      bySpecificity,
    ),
    policies: formsIn(choices.policy, (form): AttachedPolicy => form),
    limits: pieces.limits.filter(({ about }) => about?.gateway).map(({ limit }) => limit),
    integrations: formsIn(
      choices.integration,
      (form, { candidate }): EffectiveIntegration => ({
        ...form,
        name: candidate.name,
        ...scopeOf(attachments.get(candidate)),
      }),
    ),
  };
  return inOrder(configuration);
}

interface Pieces {
  readonly limits: readonly { readonly limit: Limit; readonly about: Attached<"limit">["attachment"] }[];
  readonly modelNames: ReadonlySet<string>;
  readonly policyNames: readonly string[];
  readonly templates: ReadonlyMap<string, PartForms["template"] | undefined>;
}

function runs({ standing }: Choice): boolean {
  return standing !== "none";
}

function formsIn<K extends FormKind, E>(
  choices: readonly Choice<K>[],
  effective: (form: PartForms[K], choice: Choice<K>) => E,
): E[] {
  return choices.flatMap((choice) => {
    const form = formOf(choice);
    return form === undefined ? [] : [effective(form, choice)];
  });
}

function effectiveModel(form: PartForms["model"], { candidate }: Choice, pieces: Pieces): EffectiveModel {
  const { resources: _, fallbacks, ...model } = form;
  const { name } = candidate;
  return {
    ...model,
    name,
    ...runningFallbacks(fallbacks, pieces),
    limits: pieces.limits.filter(({ about }) => about?.models.has(name)).map(({ limit }) => limit),
  };
}

function effectiveRoute(form: PartForms["route"], { candidate }: Choice, pieces: Pieces): EffectiveRoute {
  const { targetModel: _, targets: __, promptTemplateRef, fallbacks, policies, ...route } = form;
  const { owner } = candidate;
  const template = promptTemplateRef && pieces.templates.get(promptTemplateRef.name);
  return {
    ...route,
    origin: originOf(candidate),
    path: pathOf(form),
    pathType: form.pathType ?? "Prefix",
    targets: targetsOf(form).filter(({ model }) => pieces.modelNames.has(model)),
    ...runningFallbacks(fallbacks, pieces),
    policies: policies ? policies.filter((name) => pieces.policyNames.includes(name)) : pieces.policyNames,
    ...(template && { template }),
    limits: pieces.limits
      .filter(({ about }) => owner.kind === "AIRoute" && about?.routes.has(owner.name))
      .map(({ limit }) => limit),
  };
}

function runningFallbacks(fallbacks: readonly string[] | undefined, { modelNames }: Pieces) {
  const running = fallbacks?.filter((name) => modelNames.has(name)) ?? [];
  return running.length === 0 ? {} : { fallbacks: running };
}

function originOf({ owner }: Choice["candidate"]): string {
  return owner.kind === "AIRoute" ? owner.name : OWN_ROUTES;
}

const OWN_ROUTES = "spec.routes";

/** A gateway's own before those of AIRoutes, these by name; within an object they stay as they are. */
function byOrigin({ candidate: one }: Choice, { candidate: other }: Choice): number {
  const [first, second] = [one.owner.kind === "AIRoute", other.owner.kind === "AIRoute"];
  return Number(first) - Number(second) || compareNames(one.owner.name, other.owner.name);
}

/** Absent where it is about the whole gateway. */
function scopeOf(attachment: Attached<"integration">["attachment"]): Pick<EffectiveIntegration, "about"> {
  if (!attachment || attachment.gateway) return {};
  const { models, routes } = attachment;
  return { about: { models: Array.from(models).sort(), routes: Array.from(routes).sort() } };
}
