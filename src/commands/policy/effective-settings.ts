import type { EffectivePolicy, Sourced } from "#policy/effective-policy.ts";
import { isRelaxable, type Rule } from "#validate/rule.ts";

/** One thing that an effective policy says. */
export interface Setting {
  /** As a policy would write it, below its spec: `rateLimits.max.burst`. */
  readonly setting: string;
  readonly value: unknown;
  /** `policy team-defaults`, or `built-in` where no policy says anything. */
  readonly source: string;
  /** Where in that policy; absent for what is built in. */
  readonly field?: string;
}

/** All that an effective policy says, in the order in which policies are written, and of every rule what comes of its violations. */
export function effectiveSettings(effective: EffectivePolicy, rules: readonly Rule[]): readonly Setting[] {
  const { rateLimits, endpoints, requiredLabels, defaults } = effective;
  return [
    ...rules.map((rule) => actionSetting(rule, effective)),
    ...named({ "rateLimits.required": rateLimits.required }),
    ...below("rateLimits.min", rateLimits.min),
    ...below("rateLimits.max", rateLimits.max),
    ...named({
      "endpoints.allowHTTP": endpoints.allowHTTP,
      "endpoints.allowPrivate": endpoints.allowPrivate,
      "endpoints.allowClusterLocal": endpoints.allowClusterLocal,
    }),
    ...endpoints.allowedHosts.flatMap((hosts) => named({ "endpoints.allowedHosts": hosts })),
    ...requiredLabels.map(requiredLabelSetting),
    ...Array.from(defaults.labels).flatMap(([key, value]) => named({ [`defaults.labels[${key}]`]: value })),
    ...below("defaults.rateLimits", defaults.rateLimits).map((setting) => loweredFrom(setting, rateLimits.max)),
    ...below("defaults.timeouts", defaults.timeouts),
  ];
}

const BUILT_IN = "built-in";

function actionSetting(rule: Rule, { actions }: EffectivePolicy): Setting {
  const setting = `rules.${rule.id}`;
  const action = isRelaxable(rule) ? actions.get(rule.id) : undefined;
  if (!action) return { setting, value: rule.action, source: BUILT_IN };
  return { setting, ...action };
}

function named(settings: Readonly<Record<string, Sourced<unknown> | undefined>>): readonly Setting[] {
  return Object.entries(settings).flatMap(([setting, sourced]) => {
    if (!sourced) return [];
    const { value, source } = sourced;
    return [{ setting, value, source, ...(source === BUILT_IN ? {} : { field: `spec.${setting}` }) }];
  });
}

function below(prefix: string, settings: Readonly<Record<string, Sourced<unknown> | undefined>>): readonly Setting[] {
  const prefixed = Object.entries(settings).map(([name, value]) => [`${prefix}.${name}`, value] as const);
  return named(Object.fromEntries(prefixed));
}

function requiredLabelSetting({ value: { key, values }, source }: EffectivePolicy["requiredLabels"][number]): Setting {
  const setting = `requiredLabels[${key}]`;
  return { setting, value: values ?? "any value", source, field: `spec.${setting}` };
}

/** A default above the maximum is lowered to it, and then is that policy's. */
function loweredFrom(setting: Setting, maximum: EffectivePolicy["rateLimits"]["max"]): Setting {
  const name = setting.setting.split(".").at(-1) as keyof typeof maximum;
  const most = maximum[name];
  const isLowered = most?.value === setting.value && most?.source === setting.source;
  return isLowered ? { ...setting, field: `spec.rateLimits.max.${name}` } : setting;
}
