import type { Kind, ObjectOfKind } from "../kind.ts";
import { integer, listMap, object, oneOf, set, type TypeOf, text } from "../schema.ts";
import { modelFields } from "./model.ts";
import { computeResources, condition, controllers } from "./shared.ts";

const client = (description: string) => text(description, { min: 1, max: 253 });

const accessControl = object("Which clients may use the model; those of the gateway's policies, if absent.", {
  mode: oneOf("Who is let in: everybody, nobody, or those on the lists.", ["allowAll", "denyAll", "allowList"]),
  consumers: set("Names of clients.", client("A client."), { max: 1024 }),
  groups: set("Names of groups of clients.", client("A group."), { max: 1024 }),
});

export type AccessControl = TypeOf<typeof accessControl>;

const spec = object("All that there is to say about the model but its name, which each gateway gives it.", {
  ...modelFields,
  visibility: oneOf(
    "Whether clients may ask for the model by its name, or only routes and fallbacks lead to it; Public, if absent.",
    ["Public", "Internal"],
  ),
  resources: computeResources("Compute resources that an instance of the model needs where the cluster runs it."),
  accessControl,
});

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllers,
  usedBy: integer("AIGatewayConfigs that refer to it now.", { min: 0, max: 10_000_000 }),
  conditions: listMap("Accepted, ResolvedRefs and Approved.", condition, { key: "type", max: 16 }),
});

export const modelConfig = {
  kind: "ModelConfig",
  plural: "modelconfigs",
  singular: "modelconfig",
  shortNames: ["aimc"], // kagent.dev has a kind of this name, so `mc` would be a contest
  scope: "Namespaced",
  description:
    "One model that several gateways of a namespace share: `models[].modelRef` of an AIGatewayConfig names it.",
  spec,
  status,
  printerColumns: [
    { name: "Provider", type: "string", jsonPath: ".spec.provider", description: "Who serves the model." },
    { name: "Model", type: "string", jsonPath: ".spec.model", description: "The provider's id of the model." },
    { name: "Type", type: "string", jsonPath: ".spec.type", description: "Type of model." },
    {
      name: "Approved",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Approved")].status',
      description: "Whether an approval covers it.",
    },
    { name: "UsedBy", type: "integer", jsonPath: ".status.usedBy", description: "Gateways that refer to it now." },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
    {
      name: "Visibility",
      type: "string",
      jsonPath: ".spec.visibility",
      description: "Whether clients may ask for it.",
      priority: 1,
    },
  ],
} satisfies Kind;

export type ModelConfig = ObjectOfKind<typeof modelConfig>;
