import type { Kind, ObjectOfKind } from "../kind.ts";
import { decimal, integer, listMap, object, oneOf, required, set, text, timestamp } from "../schema.ts";
import {
  burst,
  condition,
  labelSelector,
  objectName,
  rateLimitNumbers,
  requestsPerMinute,
  secretKeyRef,
  timeoutFields,
  tokensPerMinute,
} from "./shared.ts";

/** Exact, or a prefix and `*`. Anchored, so `gpt-4*` does not cover `my-gpt-4`. */
const pattern = text("A model id, or a prefix of ids and `*`.", { min: 1, max: 253, pattern: "^[^*]*\\*?$" });

const hostPattern = text("A host, or `*.` and a suffix.", {
  min: 1,
  max: 253,
  pattern: "^(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
});

const spec = object("Which models are approved, and under which conditions.", {
  provider: required(text("Who serves the models, such as openai.", { min: 1, max: 63 })),
  models: required(set("Models that this approval covers.", pattern, { min: 1, max: 256 })),
  versions: object("Versions that are covered; all, if absent.", {
    allow: set("Covered versions.", text("A version.", { min: 1, max: 63 }), { max: 256 }),
    deny: set("Versions that are not covered.", text("A version.", { min: 1, max: 63 }), { max: 256 }),
  }),
  types: set("Model types that are covered; all, if absent.", text("A model type.", { min: 1, max: 63 }), { max: 32 }),
  endpoints: object("Endpoints that are covered; all, if absent.", {
    hosts: set("Covered hosts, compared with the endpoint's parsed host.", hostPattern, { max: 64 }),
  }),
  regions: set("Regions that are covered; all, if absent.", text("A region.", { min: 1, max: 63 }), { max: 64 }),
  dataClassifications: set(
    "Classes of data that the models may be given; all, if absent.",
    text("A class of data.", { min: 1, max: 63 }),
    { max: 16 },
  ),
  limits: object("Most that a model may be given.", {
    maxRequestsPerMinute: requestsPerMinute("Most requests in a minute."),
    maxBurst: burst("Largest burst."),
    maxTokensPerMinute: tokensPerMinute("Most tokens in a minute."),
    maxOutputTokens: integer("Longest completion, in tokens.", { min: 1, max: 10_000_000 }),
  }),
  defaults: object("What a model gets when its configuration says nothing.", {
    rateLimits: object("Rate limits.", rateLimitNumbers),
    timeouts: object("Timeouts.", timeoutFields),
    authSecretRef: secretKeyRef(
      "Credential, from a Secret in the configuration's own namespace. Given only to endpoints on this approval's hosts.",
    ),
  }),
  cost: object("What the models cost.", {
    inputPerMillionTokens: decimal("Price of a million prompt tokens.", { min: 0, max: 1_000_000 }),
    outputPerMillionTokens: decimal("Price of a million completion tokens.", { min: 0, max: 1_000_000 }),
    currency: text("ISO 4217 code.", { max: 3, pattern: "^[A-Z]{3}$" }),
  }),
  namespaces: object("Namespaces that may use the models: those named and those selected; all, if absent.", {
    names: set("Names of namespaces.", objectName("Name of a namespace."), { max: 256 }),
    selector: labelSelector("Labels of namespaces."),
  }),
  lifecycle: required(
    object("Where the approval stands.", {
      state: required(
        oneOf("Only Approved and Deprecated cover a model.", ["Proposed", "Approved", "Deprecated", "Retired"]),
      ),
      approvedBy: text("Who approved it.", { max: 253 }),
      ticket: text("Where the decision is recorded.", { max: 2048 }),
      expiresAt: timestamp("From then on it covers no new use; what runs keeps running."),
      retiresAt: timestamp("From then on what runs is removed."),
      replacement: text("Model to use instead.", { max: 253 }),
    }),
  ),
});

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  usedBy: integer("Models that this approval covers now.", { min: 0, max: 10_000_000 }),
  expiresIn: text("Time until it expires.", { max: 64 }),
  conditions: listMap("Accepted and Expired.", condition, { key: "type", max: 16 }),
});

export const approvedModel = {
  kind: "ApprovedModel",
  plural: "approvedmodels",
  singular: "approvedmodel",
  shortNames: ["aimodel"],
  scope: "Cluster",
  description: "A family of models that the platform team approved, with its conditions, limits and defaults.",
  spec,
  status,
  printerColumns: [
    { name: "Provider", type: "string", jsonPath: ".spec.provider", description: "Who serves the models." },
    { name: "Models", type: "string", jsonPath: ".spec.models", description: "Covered models." },
    { name: "State", type: "string", jsonPath: ".spec.lifecycle.state", description: "Where it stands." },
    { name: "Expires", type: "string", jsonPath: ".spec.lifecycle.expiresAt", description: "End of new use." },
    { name: "UsedBy", type: "integer", jsonPath: ".status.usedBy", description: "Models covered now." },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type ApprovedModel = ObjectOfKind<typeof approvedModel>;
