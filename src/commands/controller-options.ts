import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import type { Config } from "#config";
import { CLUSTER_TYPES } from "#controller/cluster-objects.ts";
import type { ControllerSettings } from "#controller/controller-settings.ts";
import type { Options, ValuesOf } from "./command.ts";
import { parseLabelSelector } from "./label-selector-text.ts";
import { namedObjects } from "./named-objects.ts";
import { UsageError } from "./usage-error.ts";

/** Options of `serve` about the controller. */
export const CONTROLLER_OPTIONS = {
  "without-controller": {
    type: "boolean",
    summary: "Serve admission only: deliver nothing to gateways and write no status.",
  },
  "controller-name": {
    type: "string",
    placeholder: "NAME",
    summary: `Serve the gateways of classes with this controllerName. Default: ${CONTROLLER_NAME}.`,
  },
  namespaces: {
    type: "string",
    placeholder: "NAME,NAME",
    summary: "Namespaces whose gateways the controller serves. Default: all.",
  },
  "gateway-selector": {
    type: "string",
    placeholder: "SELECTOR",
    summary: "Labels of the gateways that the controller serves, such as team=a,stage in (test,live). Default: any.",
  },
  "secret-namespaces": {
    type: "string",
    placeholder: "NAME,NAME",
    summary:
      "Namespaces whose Secrets the controller may read, and in which it delivers. It needs the rights there. Default: none.",
  },
  "rollout-namespaces": {
    type: "string",
    placeholder: "NAME,NAME",
    summary: "Namespaces in which the controller may restart Deployments. Default: none.",
  },
  "managed-namespaces": {
    type: "string",
    placeholder: "NAME,NAME",
    summary: "Namespaces in which the controller may make Deployments and Services of gateways. Default: none.",
  },
  "cluster-objects": {
    type: "string",
    placeholder: "RESOURCE/NAME,…",
    summary:
      "Objects of the installation that lie in no namespace, such as clusterroles/gatehouse. The namespace of the lease becomes their owner, so that they go with it. Default: none.",
  },
  "lease-name": {
    type: "string",
    placeholder: "NAME",
    summary: "Lease by which replicas agree on one controller, in the namespace of POD_NAMESPACE. Default: gatehouse.",
  },
} as const satisfies Options;

export type ControllerValues = ValuesOf<typeof CONTROLLER_OPTIONS>;

/** Checks the values; undefined where there is to be no controller. Without a cluster there is none. */
export function controllerSettings(
  values: ControllerValues,
  config: Config,
  hasCluster: boolean,
): ControllerSettings | undefined {
  const isWanted = hasCluster && !values["without-controller"];
  const given = ABOUT_IT.find((name) => values[name] !== undefined);
  if (!isWanted && given !== undefined) {
    const reason = hasCluster
      ? "excludes '--without-controller'"
      : "needs a cluster, so neither --standalone nor --objects";
    throw new UsageError(`serve: option '--${given}' ${reason}`);
  }
  if (!isWanted) return undefined;
  const { podNamespace, podName } = config;
  return {
    controllerName: values["controller-name"] ?? CONTROLLER_NAME,
    namespaces: namesOf("namespaces", values),
    gatewaySelector: selectorOf(values["gateway-selector"]),
    secretNamespaces: namesOf("secret-namespaces", values),
    rolloutNamespaces: namesOf("rollout-namespaces", values),
    managedNamespaces: namesOf("managed-namespaces", values),
    clusterObjects: namedObjects("serve: option '--cluster-objects'", values["cluster-objects"] ?? "", CLUSTER_TYPES),
    lease: { namespace: podNamespace || undefined, name: values["lease-name"] ?? "gatehouse" },
    identity: podName || "gatehouse",
  };
}

const ABOUT_IT = [
  "controller-name",
  "namespaces",
  "gateway-selector",
  "secret-namespaces",
  "rollout-namespaces",
  "managed-namespaces",
  "cluster-objects",
  "lease-name",
] as const satisfies readonly (keyof ControllerValues)[];

type ListOption = "namespaces" | "secret-namespaces" | "rollout-namespaces" | "managed-namespaces";

function namesOf(option: ListOption, values: ControllerValues): readonly string[] {
  const text = values[option];
  if (text === undefined) return [];
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => NAMESPACE.test(name))) return [...new Set(names)];
  throw new UsageError(
    `serve: option '--${option}' must be names of namespaces with commas between them, not '${text}'`,
  );
}

/** RFC 1123 label. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function selectorOf(text: string | undefined): ControllerSettings["gatewaySelector"] {
  if (text === undefined) return undefined;
  const selector = parseLabelSelector(text);
  if (selector) return selector;
  throw new UsageError(
    `serve: option '--gateway-selector' must be requirements with commas between them, such as team=a, stage!=test, stage in (test,live), stage notin (test), team or !team, not '${text}'`,
  );
}
