import type { Kind, ObjectOfKind } from "../kind.ts";
import { integer, listMap, object, required } from "../schema.ts";
import { routeFields } from "./route.ts";
import { condition, controllers, objectName } from "./shared.ts";

/** As many as a route of the Gateway API may have. */
const MAX_PARENTS = 32;

const parentName = required(objectName("Name of the AIGatewayConfig."));

const spec = object("Which requests go to which models of a gateway.", {
  parentRefs: listMap(
    "AIGatewayConfigs of this namespace that the route belongs to; while there is none, no gateway has it.",
    object("An AIGatewayConfig.", { name: parentName }),
    { key: "name", max: MAX_PARENTS },
  ),
  ...routeFields,
});

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllers,
  conditions: listMap("Accepted, for all AIGatewayConfigs together.", condition, { key: "type", max: 16 }),
  parents: listMap(
    "What became of the route at each AIGatewayConfig.",
    object("State at one AIGatewayConfig.", {
      name: parentName,
      conditions: listMap("Accepted, ResolvedRefs and Programmed.", condition, { key: "type", max: 16 }),
    }),
    { key: "name", max: MAX_PARENTS },
  ),
});

export const aiRoute = {
  kind: "AIRoute",
  plural: "airoutes",
  singular: "airoute",
  shortNames: ["airt"],
  scope: "Namespaced",
  description: "One route on its own, which its team adds to gateways of the namespace.",
  spec,
  status,
  printerColumns: [
    {
      name: "Gateway",
      type: "string",
      jsonPath: ".spec.parentRefs[0].name",
      description: "First AIGatewayConfig that it belongs to.",
    },
    { name: "Path", type: "string", jsonPath: ".spec.path", description: "Ingress path." },
    { name: "Target", type: "string", jsonPath: ".spec.targetModel", description: "Name of the target AI model." },
    {
      name: "Accepted",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
      description: "Whether its gateways take it.",
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type AIRoute = ObjectOfKind<typeof aiRoute>;
