import { createHash } from "node:crypto";
import { CONFIG_HASH_ANNOTATION, MANAGED_BY } from "#api/controller-names.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { withControllerReference } from "#kube/owner-reference.ts";
import type { Resource } from "#kube/resource.ts";
import { GATEWAY_NAME_LABEL } from "../verification/gateway-pods.ts";
import { contains, laidOver } from "./contains.ts";
import type { Plan } from "./delivery.ts";
import { type ManagedContainer, managedContainer } from "./managed-container.ts";
import { type DeploymentWithTemplate, isStartedWith } from "./pods-started-with.ts";

export type Managed = NonNullable<NonNullable<AIGatewayClass["spec"]["delivery"]>["managed"]>;

interface ObjectWithSpec extends Resource {
  readonly spec: object;
}

/** The Deployment and the Service of a gateway of its own, as they are to be; both have the ConfigMap's name. */
export function managedObjects(
  plan: Plan,
  managed: Managed,
): { readonly deployment: ObjectWithSpec; readonly service: ObjectWithSpec } {
  const container = managedContainer(plan);
  const { name = "" } = plan.gateway.metadata;
  const labels = { ...MANAGED_BY, [GATEWAY_NAME_LABEL]: name };
  const { type = "ClusterIP", port = 80 } = managed.service ?? {};
  const ports = [{ name: "http", port, targetPort: "http", protocol: "TCP" }];
  return {
    deployment: owned(plan, "apps/v1", "Deployment", deploymentSpec(plan, { managed, container, labels })),
    service: owned(plan, "v1", "Service", { type, ports, selector: labels }),
  };
}

/** Whether an object of them holds all that it is to hold, whatever others have added. */
export function isManagedAsWanted(present: Resource, wanted: Resource, plan: Plan): boolean {
  return contains(present, isStartedWith(present, plan) ? withoutRestart(wanted) : wanted);
}

/** All that it is to hold, and of others only what may be beside it. */
export function managedFields(present: Resource, wanted: Resource): { readonly spec: unknown } {
  return { spec: laidOver((present as ObjectWithSpec).spec, (wanted as ObjectWithSpec).spec) };
}

function withoutRestart(wanted: DeploymentWithTemplate): Resource {
  const { template } = wanted.spec ?? {};
  if (!template?.metadata) return wanted;
  const { annotations: _, ...metadata } = template.metadata;
  return { ...wanted, spec: { ...wanted.spec, template: { ...template, metadata } } } as Resource;
}

function deploymentSpec(
  { hash }: Plan,
  scene: {
    readonly managed: Managed;
    readonly container: ManagedContainer;
    readonly labels: Readonly<Record<string, string>>;
  },
): object {
  const { managed, container, labels } = scene;
  const { image, replicas, resources } = managed;
  const annotations = container.isRestarted ? { annotations: { [CONFIG_HASH_ANNOTATION]: hash } } : {};
  const { fields, volumes } = container;
  const { securityContext = {} } = fields as { readonly securityContext?: object };
  const gateway = {
    name: "gateway",
    image,
    ...fields,
    ...(resources ? { resources } : {}),
    securityContext: { ...RESTRICTED, ...securityContext },
  };
  const volumeMounts = (fields as { readonly volumeMounts: readonly object[] }).volumeMounts;
  return {
    // Absent where it is an autoscaler's to say.
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, ...annotations },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{ ...gateway, volumeMounts: [...volumeMounts, { name: "scratch", mountPath: "/tmp" }] }],
        volumes: [...volumes, { name: "scratch", emptyDir: {} }],
      },
    },
  };
}

/** As the Pod Security Standard `restricted` has it, and a root that nobody writes to. */
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

function owned({ gateway, target }: Plan, apiVersion: string, kind: string, spec: object): ObjectWithSpec {
  const metadata = {
    name: target.managedName ?? target.configMapName,
    namespace: target.namespace,
    labels: MANAGED_BY,
    // Says of an object that differs whether its class was edited or the object itself.
    annotations: { [CONFIG_HASH_ANNOTATION]: createHash("sha256").update(JSON.stringify(spec)).digest("hex") },
  };
  return withControllerReference({ apiVersion, kind, metadata, spec }, gateway as AIGatewayConfig & Resource);
}
