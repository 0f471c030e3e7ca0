import type { Kind, ObjectOfKind } from "../kind.ts";
import { flag, free, integer, listMap, object, oneOf, required, set, text } from "../schema.ts";
import { computeResources, condition, duration, labelSelector, objectName, VARIABLE_NAME } from "./shared.ts";

/** Marks the class that configurations without a class get; the oldest of several wins. */
export const DEFAULT_CLASS_ANNOTATION = "gateway.example.com/is-default-class";

/** The controller that is ours; a class of another name is another controller's. */
export const CONTROLLER_NAME = "gateway.example.com/gatehouse";

const template = (description: string) =>
  text(`${description} \`{namespace}\` and \`{name}\` stand for those of the AIGatewayConfig.`, { min: 1, max: 2048 });

const credentialsRef = (description: string) =>
  object(description, {
    name: required(objectName("Name of the Secret.")),
    key: text("Key inside the Secret; `token`, if absent.", { min: 1, max: 253 }),
  });

const spec = object("How configurations of this class reach a gateway.", {
  controllerName: text("Controller that owns delivery and status of this class.", {
    min: 1,
    max: 253,
    default: CONTROLLER_NAME,
  }),
  adapter: oneOf("Gateway that the configuration is written for.", ["json", "envoy", "litellm", "caddy"], {
    default: "json",
  }),
  allowedNamespaces: labelSelector("Namespaces whose configurations may use this class; all, if absent."),
  allowedEnvironment: set(
    "Variables of the gateway's environment that `${NAME}` may name; none, if absent.",
    text("Name of a variable.", { max: 253, pattern: VARIABLE_NAME }),
    { max: 256 },
  ),
  delivery: object("Where the configuration goes.", {
    configMapName: template("Name of the ConfigMap."),
    secretName: template("Name of the Secret."),
    adminAPI: object("An admin API that the configuration is pushed to.", {
      url: required(template("URL of the admin API.")),
      credentialsRef: credentialsRef("Credentials, from a Secret in the controller's namespace."),
    }),
    rollout: object("A Deployment that is restarted when the gateway cannot reload.", {
      deployment: required(template("Name of the Deployment.")),
    }),
    managed: object("A Deployment and Service of the gateway's own, made by the controller.", {
      image: required(text("Image of the gateway.", { min: 1, max: 1024 })),
      replicas: integer("Pods to run.", { min: 0, max: 1000 }),
      resources: computeResources("Compute resources, as a container's."),
      service: object("The Service.", {
        type: oneOf("Type of the Service.", ["ClusterIP", "NodePort", "LoadBalancer"]),
        port: integer("Port of the Service.", { min: 1, max: 65_535 }),
      }),
    }),
  }),
  verify: object("How the controller asks a gateway which configuration it runs.", {
    selector: labelSelector("Pods to ask, each at its own address."),
    url: template("URL to ask, instead of Pods."),
    port: integer("Port of the Pods.", { min: 1, max: 65_535 }),
    path: text("Path to ask.", { min: 1, max: 1024 }),
    timeout: duration("How long the gateway has to confirm; 2m, if absent."),
    credentialsRef: credentialsRef(
      "Credentials to ask with, from a Secret in the controller's namespace; those of the admin API, if absent.",
    ),
  }),
  parameters: free(
    "Settings of the adapter. `modules` lists modules that are built into the gateway, such as `http.handlers.rate_limit` of Caddy.",
  ),
});

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllerName: text("Controller that wrote this status; while it is another's, the class has just changed hands.", {
    max: 253,
  }),
  usedBy: integer("AIGatewayConfigs of this class.", { min: 0, max: 10_000_000 }),
  isDefault: flag("Whether configurations without a class get this one."),
  conditions: listMap("Accepted, and of a class that is being deleted Terminating.", condition, {
    key: "type",
    max: 16,
  }),
});

export const aiGatewayClass = {
  kind: "AIGatewayClass",
  plural: "aigatewayclasses",
  singular: "aigatewayclass",
  shortNames: ["aigwc"],
  scope: "Cluster",
  description: "A kind of AI gateway and how configuration reaches it, as IngressClass is to Ingress.",
  spec,
  status,
  printerColumns: [
    { name: "Controller", type: "string", jsonPath: ".spec.controllerName", description: "Who delivers." },
    { name: "Adapter", type: "string", jsonPath: ".spec.adapter", description: "Gateway written for." },
    { name: "UsedBy", type: "integer", jsonPath: ".status.usedBy", description: "Configurations of this class." },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type AIGatewayClass = ObjectOfKind<typeof aiGatewayClass>;
