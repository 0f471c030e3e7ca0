import { join } from "node:path";
import type { Images } from "../process-node/image.ts";
import type { Container, PodSpec } from "../process-node/pod.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

/** `tiny` is the server beside this file, `shell` a shell. */
export const TINY_IMAGES: Images = {
  tiny: { entrypoint: [process.execPath, join(import.meta.dirname, "main.ts")], folders: [REPOSITORY] },
  shell: { entrypoint: ["/bin/sh", "-c"], folders: [] },
};

/** A container with the server at its Pod's address, probed every second. */
export function tinyContainer(differences: Partial<Container> = {}): Container {
  return {
    name: "tiny",
    image: "tiny",
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { port: "http", path: "/ready" }, periodSeconds: 1, failureThreshold: 1 },
    ...differences,
    env: [{ name: "HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }, ...(differences.env ?? [])],
  };
}

export interface TinyOptions {
  readonly replicas?: number;
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
}

/** A Deployment of the server. */
export function tinyDeployment(name: string, { replicas = 1, container = {}, spec = {} }: TinyOptions = {}): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 5, ...spec, containers: [tinyContainer(container)] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

/** A Service of it, on a port that needs no right to listen on. */
export function tinyService(name: string): object {
  const spec = { selector: { app: name }, ports: [{ port: 8000, targetPort: "http" }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

export function tinyPod(name: string, spec: PodSpec): object {
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
}
