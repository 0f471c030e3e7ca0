import type { Kind, ObjectOfKind } from "../kind.ts";
import { flag, integer, list, listMap, mapOf, object, oneOf, required, set, text, timestamp } from "../schema.ts";
import { condition, labelSelector, labels, objectName, rateLimitNumbers, timeoutFields } from "./shared.ts";

/** What happens to a violation, from the mildest to the strictest. */
export const ACTIONS = ["Off", "Audit", "Warn", "Deny"] as const;
export type Action = (typeof ACTIONS)[number];

/** Whether endpoints inside the cluster may be named, from the tightest to the widest. */
export const CLUSTER_LOCAL = ["None", "OwnNamespace", "All"] as const;
export type ClusterLocal = (typeof CLUSTER_LOCAL)[number];

const ruleId = text("Id of a rule.", { min: 1, max: 63 });

const spec = object("What the selected namespaces are held to. A field that is absent is no opinion.", {
  mode: required(
    oneOf("Enforce takes part in verdicts; Audit only counts what Enforce would find.", ["Enforce", "Audit"]),
  ),
  namespaceSelector: labelSelector("Namespaces that this policy is for; all, if absent."),
  rateLimits: object("Bounds of rate limits.", {
    required: flag("Whether each model must have requestsPerMinute."),
    min: object("Least that is allowed.", rateLimitNumbers),
    max: object("Most that is allowed.", rateLimitNumbers),
  }),
  endpoints: object("Which endpoints may be called.", {
    allowHTTP: flag("Whether http is allowed to hosts outside the cluster."),
    allowPrivate: flag("Whether private addresses are allowed."),
    allowClusterLocal: oneOf(
      "Which services inside the cluster are allowed; OwnNamespace, if nobody says.",
      CLUSTER_LOCAL,
    ),
    allowedHosts: set(
      "Hosts that may be called: exact, or `*.` and a suffix; all, if absent.",
      text("A host.", { min: 1, max: 253, pattern: "^(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" }),
      { max: 256 },
    ),
  }),
  requiredLabels: listMap(
    "Labels that each object must have.",
    object("A label.", {
      key: required(text("Name of the label.", { min: 1, max: 317 })),
      values: set("Allowed values; any, if absent.", text("A value.", { max: 63 }), { max: 256 }),
    }),
    { key: "key", max: 64 },
  ),
  defaults: object("What an object gets when it says nothing.", {
    labels: labels("Labels."),
    rateLimits: object("Rate limits of each model.", rateLimitNumbers),
    timeouts: object("Timeouts of each model.", timeoutFields),
  }),
  rules: mapOf("What happens to violations, by rule id. The only switch of actions.", oneOf("An action.", ACTIONS), {
    max: 64,
  }),
  exceptions: list(
    "Objects that this policy does not hold to some rules, for a time.",
    object("An exception.", {
      namespaces: set("Namespaces; all, if absent.", objectName("Name of a namespace."), { max: 256 }),
      names: set("Names of objects; all, if absent.", objectName("Name of an object."), { max: 256 }),
      rules: required(set("Rules that are relaxed.", ruleId, { min: 1, max: 64 })),
      reason: required(text("Why.", { min: 1, max: 1024 })),
      expiresAt: required(timestamp("When it ends.")),
    }),
    { max: 1024 },
  ),
});

const count = (description: string) => integer(description, { min: 0, max: Number.MAX_SAFE_INTEGER });

const status = object("What Gatehouse observed.", {
  observedGeneration: count("Generation of the object that this status is about."),
  objects: count("Objects that this policy selects."),
  violations: list(
    "Violations of what this policy asks for, by rule and action; of one in Audit those that it would add.",
    object("A count.", {
      rule: required(ruleId),
      action: required(oneOf("What happens to them.", ACTIONS)),
      count: required(count("How many there are.")),
    }),
    { max: 256 },
  ),
  examples: list("Some of the objects in violation.", text("`Kind namespace/name: field: message`.", { max: 1024 }), {
    max: 20,
  }),
  approved: object("Approvals in force for the policy's namespaces, flattened for the admission floor.", {
    exact: mapOf("Model ids.", text("Name of the ApprovedModel.", { max: 253 }), { max: 4096 }),
    prefixes: mapOf("Prefixes of model ids.", text("Name of the ApprovedModel.", { max: 253 }), { max: 4096 }),
    prefixLengths: list("Lengths of the prefixes.", integer("A length.", { min: 0, max: 253 }), { max: 254 }),
  }),
  deniedByDefault: set(
    "Rules of the admission floor of which no policy for these namespaces says what happens, so that they deny as built in.",
    ruleId,
    { max: 64 },
  ),
  conditions: listMap("Accepted and ApprovalsInFloor.", condition, { key: "type", max: 16 }),
});

export const aiGatewayPolicy = {
  kind: "AIGatewayPolicy",
  plural: "aigatewaypolicies",
  singular: "aigatewaypolicy",
  shortNames: ["aigwp"],
  scope: "Cluster",
  description: "What the platform team holds the AI gateway configurations of some namespaces to.",
  spec,
  status,
  printerColumns: [
    { name: "Mode", type: "string", jsonPath: ".spec.mode", description: "Enforce or Audit." },
    { name: "Objects", type: "integer", jsonPath: ".status.objects", description: "Objects selected." },
    { name: "Violations", type: "string", jsonPath: ".status.violations[*].count", description: "Violations found." },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type AIGatewayPolicy = ObjectOfKind<typeof aiGatewayPolicy>;
