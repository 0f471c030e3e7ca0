import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { kindByName } from "#api/kinds.ts";
import type { AdapterName } from "#gateway/adapter.ts";
import { ADAPTERS } from "#gateway/adapters.ts";
import { type FieldKind, specsOf, worldWith } from "../../../test/support/field-scenes.ts";
import { type Leaf, leavesOf, withField } from "../../../test/support/field-variants.ts";
import { EVERY_SECRET, gatewayInputs } from "../../../test/support/gateway-inputs.ts";
import { rendered } from "../../../test/support/rendering-case.ts";
import { effectiveConfiguration } from "./effective-configuration.ts";
import type { SecretAccess } from "./secret-access.ts";

const KINDS = [
  "AIGatewayConfig",
  "ModelConfig",
  "AIRoute",
  "RateLimitPolicy",
  "PromptTemplate",
  "IntegrationConfig",
] as const satisfies readonly FieldKind[];

const CASES = ADAPTERS.flatMap(({ name: adapter }) =>
  KINDS.flatMap((kind) =>
    leavesOf(kindByName.get(kind)?.spec.json ?? { type: "object" }).map((leaf) => ({
      adapter,
      kind,
      leaf,
      field: leaf.path.join(".").replaceAll(".[]", "[]"),
    })),
  ),
);

/**
 * That nothing is dropped without a word: a field with another value makes the
 * gateway's configuration another one, or is refused for the sake of the gateway.
 */
describe("of what a field says, a gateway is told, or the field is refused", () => {
  it.each(CASES.filter((each) => reasonFor(each) === undefined))("$adapter: $field of $kind", (each) => {
    expect(findUnheard(each)).toEqual([]);
  });

  const untold = CASES.flatMap((each) => ({ ...each, because: reasonFor(each) ?? "" })).filter(
    ({ because }) => because,
  );
  it.each(untold)("but $adapter not of $field of $kind, which $because", (each) => {
    expect(findUnheard(each)).not.toEqual([]);
  });
});

/** What is for others than the gateway, or holds in any case. */
const NOT_TOLD: readonly Untold[] = [
  { fields: /^gatewayClassName$/, because: "chooses the gateway" },
  { fields: /^(models\[\]\.)?auth\.type$/, because: "says again what `value`, `valueFrom` and `oauth2` say" },
  { fields: /^resources\./, because: "is for those who run the model" },
  {
    fields: /^policies\[\]\.(name|type)$/,
    by: ["caddy"],
    because: "is how routes find the policy, and how its settings are read",
  },
  {
    fields: /^(models\[\]\.)?(type|version|dataClassification\[\])$/,
    of: ["AIGatewayConfig", "ModelConfig"],
    by: ["envoy", "litellm", "caddy"],
    because: "is what approvals judge by; the endpoint and the id decide which model answers",
  },
  {
    fields: /^(models\[\]\.)?(provider|region)$/,
    of: ["AIGatewayConfig", "ModelConfig"],
    by: ["envoy", "caddy"],
    because: "is what approvals judge by; requests are handed on as they come",
  },
  { fields: /^visibility$/, by: ["envoy", "caddy"], because: "holds in any case: only routes lead to a model" },
  { fields: /\.config\.metrics$/, by: ["envoy"], because: "holds in any case: Envoy counts whatever it does" },
  {
    fields: /^targetRefs\[\]\.kind$/,
    of: ["IntegrationConfig"],
    by: ["envoy", "caddy"],
    because: "is warned of: all is counted",
  },
  {
    fields: /^targetRefs\[\]\.name$/,
    of: ["IntegrationConfig"],
    by: ["envoy"],
    because: "is warned of: all is counted",
  },
];

interface Untold {
  readonly fields: RegExp;
  readonly of?: readonly FieldKind[];
  readonly by?: readonly AdapterName[];
  readonly because: string;
}

function reasonFor({ adapter, kind, field }: Case): string | undefined {
  return NOT_TOLD.find(
    ({ fields, of = [kind], by = [adapter] }) => fields.test(field) && of.includes(kind) && by.includes(adapter),
  )?.because;
}

interface Case {
  readonly adapter: AdapterName;
  readonly kind: FieldKind;
  readonly leaf: Leaf;
  readonly field: string;
}

/** Values that make no difference, and are not refused, wherever the field may stand. */
function findUnheard({ adapter, kind, leaf }: Case): readonly unknown[] {
  const unheard = new Set(leaf.values);
  for (const spec of specsOf(kind).filter((spec) => (leaf.path[0] ?? "") in spec || kind !== "AIGatewayConfig")) {
    if (unheard.size === 0) break;
    const become = (value: unknown) => outcome(adapter, kind, withField(spec, leaf.path, value) as object, leaf);
    const outcomes = leaf.values.map((value) => ({ value, became: become(value) }));
    const fit = outcomes.map(({ became }) => became).filter((became) => became !== UNFIT);
    const others = leaf.values.length === 1 ? [become(undefined)] : [];
    const compared = [...fit.filter((became) => became !== REFUSED), ...others];
    const isHeard = fit.length + others.length > 1 && new Set(compared).size === compared.length;
    for (const { value, became } of outcomes) {
      if (became === REFUSED || (isHeard && became !== UNFIT)) unheard.delete(value);
    }
  }
  return [...unheard];
}

/** For the sake of the field. */
const REFUSED = "refused";
/** For the sake of another. */
const UNFIT = "unfit";

/** What is written for the gateway, if anything. */
function outcome(adapter: AdapterName, kind: FieldKind, spec: object, leaf: Leaf): string {
  const { configuration, parts, isConfidential } = effectiveConfiguration(
    gatewayInputs(worldWith(adapter, kind, spec), { secrets: SECRETS }),
  );
  const troubles = parts.filter(({ state, reason }) => state !== "Good" && reason !== "DependencyQuarantined");
  if (troubles.length === 0)
    return JSON.stringify(
      rendered(adapter, { configuration, isConfidential, parameters: { modules: ["http.handlers.rate_limit"] } }),
    );
  const isRefused = troubles.every(
    ({ owner, reason, message = "" }) =>
      reason === "UnsupportedByGateway" && (owner.kind === kind ? isAbout(message, leaf) : kind === "PromptTemplate"),
  );
  return isRefused ? REFUSED : UNFIT;
}

/** Whether a refusal is about a field, about what it belongs to, or about the type of that. */
function isAbout(message: string, { path }: Leaf): boolean {
  const refused = (/^spec\.([^:]*): /.exec(message)?.[1] ?? "").replaceAll(/\[\d+\]/g, ".[]").split(".");
  const last = refused.at(-1) ?? "";
  const whole = SAYS_WHAT.has(last) ? refused.slice(0, -1) : refused;
  return whole.every((name, index) => path[index] === name);
}

/** Fields on which the meaning of those beside them depends. */
const SAYS_WHAT: ReadonlySet<string> = new Set(["type", "provider", "key"]);

/** Any credential, or certificates where the name asks for them. */
const SECRETS: SecretAccess = {
  isGranted: true,
  secret: (name) => (name.startsWith("ca") ? CERTIFICATES : EVERY_SECRET.secret(name)),
};

const [CERTIFICATE = ""] = rootCertificates;
const CERTIFICATES = {
  resourceVersion: "1",
  annotations: {},
  data: { "ca.crt": CERTIFICATE, one: CERTIFICATE, two: CERTIFICATE },
};
