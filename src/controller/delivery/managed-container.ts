import type { AdapterName } from "#gateway/adapter.ts";
import { textOf } from "#gateway/parameters.ts";
import type { Plan } from "./delivery.ts";

/** How a gateway is run: what of a container and its volumes depends on which gateway it is. */
export interface ManagedContainer {
  /** Where clients are served. */
  readonly port: number;
  /** Whether a new configuration is read only by a new process. */
  readonly isRestarted: boolean;
  /** Of the container. */
  readonly fields: object;
  readonly volumes: readonly object[];
}

export function managedContainer(plan: Plan): ManagedContainer {
  return CONTAINERS[plan.gatewayClass.spec.adapter ?? "json"](plan);
}

const CONTAINERS: Readonly<Record<AdapterName, (plan: Plan) => ManagedContainer>> = { json, envoy, litellm, caddy };

/** Of any program: it finds the document and the credentials in one folder, and may read them when it likes. */
function json({ target, gatewayClass }: Plan): ManagedContainer {
  const port = gatewayClass.spec.verify?.port ?? 8080;
  return {
    port,
    isRestarted: false,
    fields: { ports: [http(port)], volumeMounts: [mounted("gatehouse", "/etc/gatehouse")] },
    volumes: [both("gatehouse", target)],
  };
}

function envoy({ target, gatewayClass }: Plan): ManagedContainer {
  const { parameters } = gatewayClass.spec;
  const folder = textOf(parameters, "configDirectory", "/etc/gatehouse");
  const port = portOf(textOf(parameters, "listen", ":8080"), 8080);
  const admin = portOf(textOf(parameters, "adminListen", ":9901"), 9901);
  return {
    port,
    isRestarted: false,
    fields: {
      args: ["-c", `${folder}/bootstrap.json`, "--drain-time-s", "60"],
      ports: [http(port), { name: "admin", containerPort: admin, protocol: "TCP" }],
      readinessProbe: { httpGet: { port: "admin", path: "/ready" }, periodSeconds: 5 },
      volumeMounts: [mounted("gatehouse", folder)],
    },
    volumes: [both("gatehouse", target)],
  };
}

/** Its credentials are variables: each by name, since `envFrom` would also take the last good forms, which may be long. */
function litellm({ target, rendered }: Plan): ManagedContainer {
  const variables = Object.keys(rendered.secrets).filter((key) => /^[A-Z_][A-Z0-9_]*$/.test(key));
  return {
    port: 4000,
    isRestarted: true,
    fields: {
      args: ["--config", "/etc/gatehouse/config.yaml", "--port", "4000"],
      env: [
        { name: "HOME", value: "/tmp" },
        { name: "LITELLM_LOCAL_MODEL_COST_MAP", value: "True" },
        ...variables.map((name) => ({
          name,
          valueFrom: { secretKeyRef: { name: target.secretName, key: name } },
        })),
      ],
      ports: [http(4000)],
      readinessProbe: { httpGet: { port: "http", path: "/health/liveliness" }, periodSeconds: 5, timeoutSeconds: 5 },
      volumeMounts: [mounted("gatehouse", "/etc/gatehouse")],
    },
    volumes: [both("gatehouse", target)],
  };
}

function caddy({ target, gatewayClass }: Plan): ManagedContainer {
  const { parameters } = gatewayClass.spec;
  const port = portOf(textOf(parameters, "listen", ":8080"), 8080);
  const admin = portOf(textOf(parameters, "adminListen", ":2019"), 2019);
  return {
    port,
    isRestarted: false,
    fields: {
      command: ["caddy", "run", "--config", "/etc/caddy/caddy.json"],
      ports: [http(port), { name: "admin", containerPort: admin, protocol: "TCP" }],
      readinessProbe: { httpGet: { port: "admin", path: "/config/" }, periodSeconds: 5 },
      volumeMounts: [
        mounted("gatehouse", "/etc/caddy"),
        mounted("credentials", textOf(parameters, "secretsDirectory", "/etc/gatehouse/secrets")),
      ],
      // Its program asks for this capability by its file, and cannot be started where it may not be had.
      securityContext: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
    },
    volumes: [both("gatehouse", target), { name: "credentials", secret: { secretName: target.secretName } }],
  };
}

function http(containerPort: number): object {
  return { name: "http", containerPort, protocol: "TCP" };
}

function mounted(name: string, mountPath: string): object {
  return { name, mountPath, readOnly: true };
}

/** ConfigMap and Secret in one folder, which the kubelet swaps as one. */
function both(name: string, { configMapName, secretName }: Plan["target"]): object {
  const sources = [{ configMap: { name: configMapName } }, { secret: { name: secretName } }];
  return { name, projected: { sources } };
}

function portOf(listen: string, otherwise: number): number {
  return Number(/:(\d{1,5})$/.exec(listen)?.[1]) || otherwise;
}
