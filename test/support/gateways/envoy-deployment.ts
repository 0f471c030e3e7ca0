import { dirname } from "node:path";
import type { Images } from "../process-node/image.ts";
import { envoyProgram } from "./envoy.ts";

/** Envoy as a container of a process node, under the name that `envoyDeployment` calls it by. */
export async function envoyImages(): Promise<Images> {
  const program = await envoyProgram();
  return { [ENVOY_IMAGE]: { entrypoint: [program], folders: [dirname(program)] } };
}

/** Envoy for a gateway, as docs/gateways.md has it: ConfigMap and Secret in one projected volume. */
export function envoyDeployment(gateway: string, adminPort: number): object {
  const labels = { app: gateway };
  const files = `${gateway}-gateway`;
  const container = {
    name: "envoy",
    image: ENVOY_IMAGE,
    args: ["-c", "/etc/gatehouse/bootstrap.json", "--use-dynamic-base-id", "--concurrency", "1"],
    readinessProbe: { httpGet: { port: adminPort, path: "/ready" }, periodSeconds: 1 },
    volumeMounts: [{ name: "configuration", mountPath: "/etc/gatehouse" }],
  };
  const sources = [{ configMap: { name: files } }, { secret: { name: files } }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: gateway },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [container], volumes: [{ name: "configuration", projected: { sources } }] },
      },
    },
  };
}

export const ENVOY_IMAGE = "envoy:here";
