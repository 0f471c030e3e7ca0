import type { Resource } from "#kube/resource.ts";
import { isReady, type Pod } from "./pod.ts";

export interface Service extends Resource {
  readonly spec: {
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

export const SERVICES = { group: "", version: "v1", kind: "Service", plural: "services", namespaced: true };

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Where connections to a port of a Service may go, as kube-proxy sees it: to the
 * Pods that are ready and stay, and where there is none, to those that are ready
 * still but are being deleted.
 */
export function endpointsOf(service: Service, port: ServicePort, pods: readonly Pod[]): readonly Endpoint[] {
  const serving = pods.filter((pod) => selects(service, pod) && serves(service, pod));
  const staying = serving.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return (staying.length > 0 ? staying : serving).flatMap((pod) => endpointOf(port, pod));
}

export function selects({ metadata, spec }: Service, pod: Pod): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  if (wanted.length === 0 || metadata.namespace !== pod.metadata.namespace) return false;
  return wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

function serves({ spec }: Service, pod: Pod): boolean {
  return spec.publishNotReadyAddresses === true ? pod.status?.phase === "Running" : isReady(pod);
}

/** None where the Pod has no port of that name. */
function endpointOf({ port, targetPort = port }: ServicePort, { spec, status }: Pod): readonly Endpoint[] {
  const number = typeof targetPort === "number" ? targetPort : portNamed(targetPort, spec);
  return status?.podIP === undefined || number === undefined ? [] : [{ address: status.podIP, port: number }];
}

function portNamed(name: string, { containers }: Pod["spec"]): number | undefined {
  return containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name)?.containerPort;
}
