import type { LabelSelector } from "#policy/label-selector.ts";
import type { ClusterObject } from "./cluster-objects.ts";

/** Which AIGatewayConfigs a controller serves. */
export interface ControllerScope {
  /** Only those whose class names it. */
  readonly controllerName: string;
  /** Only those of these namespaces; of all, if empty. */
  readonly namespaces: readonly string[];
  /** Only those with such labels. */
  readonly gatewaySelector: LabelSelector | undefined;
}

/** What a controller was asked for, complete and checked. */
export interface ControllerSettings extends ControllerScope {
  /** Those whose Secrets it may read, and in which it delivers. */
  readonly secretNamespaces: readonly string[];
  /** Those in which it may restart Deployments. */
  readonly rolloutNamespaces: readonly string[];
  /** Those in which it may make Deployments and Services. */
  readonly managedNamespaces: readonly string[];
  /** What of the installation lies in no namespace, and is to go with that of the lease. */
  readonly clusterObjects: readonly ClusterObject[];
  /** Decides which of several processes is the controller. Undefined namespace: that of the connection. */
  readonly lease: { readonly namespace: string | undefined; readonly name: string };
  /** Which process this is, for others: the Pod's name. */
  readonly identity: string;
}
