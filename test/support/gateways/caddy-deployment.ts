import { dirname } from "node:path";
import type { Images } from "../process-node/image.ts";
import { caddyProgram } from "./caddy.ts";

/** Caddy as a container of a process node, under the name that `caddyDeployment` calls it by. */
export async function caddyImages(): Promise<Images> {
  const program = await caddyProgram();
  return { [IMAGE]: { entrypoint: [program], folders: [dirname(program)] } };
}

/** Caddy for a gateway, as docs/gateways/caddy.md has it: it starts with what the ConfigMap holds, and is pushed the rest. */
export function caddyDeployment(gateway: string): object {
  const labels = { app: gateway };
  const files = `${gateway}-gateway`;
  const container = {
    name: "caddy",
    image: IMAGE,
    args: ["run", "--config", "/etc/caddy/caddy.json"],
    env: [{ name: "HOME", value: "/tmp" }],
    volumeMounts: [
      { name: "configuration", mountPath: "/etc/caddy" },
      { name: "credentials", mountPath: "/etc/gatehouse/secrets" },
    ],
  };
  const volumes = [
    { name: "configuration", configMap: { name: files } },
    { name: "credentials", secret: { secretName: files } },
  ];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: gateway },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], volumes } },
    },
  };
}

const IMAGE = "caddy:here";
