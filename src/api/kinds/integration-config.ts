import type { Kind, ObjectOfKind } from "../kind.ts";
import { decimal, integer, list, listMap, object, oneOf, required, text } from "../schema.ts";
import { condition, controllers, secretKeyRef, targetRef } from "./shared.ts";

const spec = object(
  "Which system gateways tell what.",
  {
    type: required(oneOf("What the system is for.", ["observability", "billing", "security"])),
    provider: required(oneOf("How it is spoken to.", ["otlp", "prometheus", "webhook"])),
    endpoint: text("Where the gateway sends to. Prometheus comes by itself and needs none.", {
      max: 2048,
      format: "uri",
    }),
    credentials: object("How the gateway authenticates to the endpoint.", {
      secretRef: required(secretKeyRef("A key of a Secret in this namespace.")),
      header: text("Header that carries the credential; Authorization, if absent.", { min: 1, max: 256 }),
    }),
    sampling: decimal("Share of requests that are told; all, if absent.", { min: 0, max: 1 }),
    targetRefs: list(
      "What it is about: gateways, shared models and routes of this namespace; all its gateways, if absent.",
      targetRef,
      { max: 64 },
    ),
  },
  [
    {
      // An update that leaves both alone is let through, so that an object from before this rule can still be edited.
      rule: "self.provider == 'prometheus' || has(self.endpoint) || (oldSelf.hasValue() && !has(oldSelf.value().endpoint) && oldSelf.value().provider == self.provider)",
      optionalOldSelf: true,
      message: "endpoint must be given unless provider is prometheus",
      twin: "integration-endpoint",
    },
  ],
);

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllers,
  conditions: listMap("Accepted, ResolvedRefs and Programmed.", condition, { key: "type", max: 16 }),
});

export const integrationConfig = {
  kind: "IntegrationConfig",
  plural: "integrationconfigs",
  singular: "integrationconfig",
  shortNames: ["aiint"],
  scope: "Namespaced",
  description:
    "A system beside the gateways of the namespace that they tell about requests: observability, billing or security.",
  spec,
  status,
  printerColumns: [
    { name: "Type", type: "string", jsonPath: ".spec.type", description: "What the system is for." },
    { name: "Provider", type: "string", jsonPath: ".spec.provider", description: "How it is spoken to." },
    { name: "Endpoint", type: "string", jsonPath: ".spec.endpoint", description: "Where it is.", priority: 1 },
    {
      name: "Programmed",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
      description: "Whether gateways confirmed it.",
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type IntegrationConfig = ObjectOfKind<typeof integrationConfig>;
