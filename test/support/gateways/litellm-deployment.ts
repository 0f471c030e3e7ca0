import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { Images } from "../process-node/image.ts";
import { LITELLM_ENVIRONMENT, litellmCommand } from "./litellm.ts";

/** LiteLLM as a container of a process node, with the Python that it was installed with. */
export async function litellmImages(): Promise<Images> {
  const command = await litellmCommand();
  const [python] = command;
  const folders = [python, realpathSync(python)].map((program) => dirname(dirname(program)));
  return { [IMAGE]: { entrypoint: command, folders: [...new Set(folders)] } };
}

/** LiteLLM for a gateway, as docs/gateways/litellm.md has it. */
export function litellmDeployment(gateway: string): object {
  const labels = { app: gateway };
  const files = `${gateway}-gateway`;
  const given = Object.entries({ ...LITELLM_ENVIRONMENT, HOME: "/tmp" }).map(([name, value]) => ({ name, value }));
  const container = {
    name: "litellm",
    image: IMAGE,
    args: ["--config", "/etc/litellm/config.yaml", "--host", "$(POD_IP)", "--port", "4000"],
    env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }, ...given],
    envFrom: [{ secretRef: { name: files } }],
    readinessProbe: { httpGet: { port: 4000, path: "/health/liveliness" }, periodSeconds: 1, timeoutSeconds: 5 },
    volumeMounts: [{ name: "configuration", mountPath: "/etc/litellm" }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: gateway },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [container], volumes: [{ name: "configuration", configMap: { name: files } }] },
      },
    },
  };
}

const IMAGE = "litellm:here";
