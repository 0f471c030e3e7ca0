import type { Kind, ObjectOfKind } from "../kind.ts";
import { integer, list, listMap, object, oneOf, required, text, timestamp } from "../schema.ts";
import { attachedPolicy } from "./attached-policy.ts";
import { model } from "./model.ts";
import { route } from "./route.ts";
import { condition, modelName, objectName } from "./shared.ts";

// The most that the API server's CEL cost allows for `targetModel in names`.
export const MAX_MODELS = 256;
const MAX_ROUTES = 512;
const MAX_POLICIES = 64;

const NAMES = "self.models.map(model, model.name)";

const spec = object(
  "What the gateway should do.",
  {
    gatewayClassName: objectName("AIGatewayClass that delivers this configuration; the default class, if absent."),
    models: required(listMap("Models behind the gateway.", model, { key: "name", max: MAX_MODELS })),
    routes: required(list("Ways from requests to models.", route, { max: MAX_ROUTES })),
    policies: listMap("What the gateway does to requests.", attachedPolicy, { key: "name", max: MAX_POLICIES }),
  },
  [
    {
      // The list of names is built once, in a list of one, since CEL has no local variables. An update that leaves
      // routes and names alone is let through, so that an object from before this rule can still be edited.
      rule: `[${NAMES}].all(names, self.routes.all(route, !has(route.targetModel) || route.targetModel in names)) || (oldSelf.hasValue() && oldSelf.value().routes == self.routes && oldSelf.value().models.map(model, model.name) == ${NAMES})`,
      optionalOldSelf: true,
      message: "each route's targetModel must be the name of a model in spec.models",
      twin: "undeclared-reference",
    },
  ],
);

const status = object("What Gatehouse observed.", {
  phase: oneOf("Current phase of the gateway configuration.", [
    "Pending",
    "Applying",
    "Ready",
    "Degraded",
    "Error",
    "Terminating",
  ]),
  appliedModels: list("Names of the models that the gateway runs.", modelName("Name of a model."), { max: MAX_MODELS }),
  lastAppliedTimestamp: timestamp("When the gateway last confirmed the configuration."),
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllerName: text("Controller that wrote this status; while it is another's, its class has just changed hands.", {
    max: 253,
  }),
  configHash: text("Hash of the configuration that was delivered.", { max: 128 }),
  conditions: listMap("Accepted, ResolvedRefs, Approved, Programmed and Ready.", condition, { key: "type", max: 16 }),
  models: listMap(
    "State of each model.",
    object("State of one model.", {
      name: required(modelName("Name of the model.")),
      state: oneOf("Whether the gateway runs it.", ["Applied", "Pending", "Quarantined"]),
      reason: text("Why it is in this state.", { max: 1024 }),
      provider: text("Who serves the model.", { max: 63 }),
    }),
    { key: "name", max: MAX_MODELS },
  ),
  gateway: object("What is known of the gateway's instances.", {
    instances: integer("Instances that should run the configuration.", { min: 0, max: 100_000 }),
    verified: integer("Instances that confirmed it.", { min: 0, max: 100_000 }),
    lastError: text("The newest error of an instance.", { max: 4096 }),
  }),
});

export const aiGatewayConfig = {
  kind: "AIGatewayConfig",
  plural: "aigatewayconfigs",
  singular: "aigatewayconfig",
  shortNames: ["aigw"],
  scope: "Namespaced",
  description: "The configuration of one AI gateway: its models, routes and policies.",
  spec,
  status,
  printerColumns: [
    { name: "Class", type: "string", jsonPath: ".spec.gatewayClassName", description: "Class that delivers it." },
    { name: "Phase", type: "string", jsonPath: ".status.phase", description: "Current phase." },
    { name: "Models", type: "string", jsonPath: ".status.appliedModels", description: "Models that run." },
    {
      name: "Programmed",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
      description: "Whether the gateway confirmed the configuration.",
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
    { name: "Hash", type: "string", jsonPath: ".status.configHash", description: "Delivered hash.", priority: 1 },
    {
      name: "Reason",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      description: "Reason of the Ready condition.",
      priority: 1,
    },
  ],
} satisfies Kind;

export type AIGatewayConfig = ObjectOfKind<typeof aiGatewayConfig>;
