import type { Indexer } from "#kube/object-index.ts";
import type { Resource } from "#kube/resource.ts";
import type { StoreReader } from "#kube/store.ts";
import { type LabelSelector, selects } from "#policy/label-selector.ts";

/** What is read of a Pod. */
export interface Pod extends Resource {
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** A Pod that is to be asked. */
export interface GatewayPod {
  readonly uid: string;
  readonly name: string;
  readonly address: string;
}

/** The Pods of the cluster as they are now. */
export interface PodSource {
  /** Those of a gateway that are ready: Services send requests to them. */
  ready(gateway: { readonly namespace: string; readonly name: string }, selector: LabelSelector): readonly GatewayPod[];
}

/** Pods of an informer with `PODS_BY_NAMESPACE` that keeps what `withoutPodSpec` leaves. */
export function informedPods(pods: StoreReader<Pod>): PodSource {
  return {
    ready: ({ namespace, name }, selector) =>
      pods
        .byIndex(PODS_BY_NAMESPACE.name, namespace)
        .flatMap((pod) => (isOf(pod, name, selector) ? readyPod(pod) : [])),
  };
}

export const PODS_BY_NAMESPACE: Indexer<Pod> = {
  name: "namespace",
  valuesOf: ({ metadata: { namespace } }) => (namespace === undefined ? [] : [namespace]),
};

/** Pods come by the ten thousand, and their specs are long. */
export function withoutPodSpec({ metadata, status }: Pod): Pod {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, labels } = metadata;
  const { phase, podIP, conditions } = status ?? {};
  const ready = conditions?.filter(({ type }) => type === "Ready").map(({ type, status }) => ({ type, status }));
  return {
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(labels !== undefined && { labels }),
    },
    status: {
      ...(phase !== undefined && { phase }),
      ...(podIP !== undefined && { podIP }),
      ...(ready !== undefined && { conditions: ready }),
    },
  };
}

/**
 * Says which gateway's Pod this is, where several of one class share a namespace:
 * a class has one selector for all of them.
 */
export const GATEWAY_NAME_LABEL = "gateway.example.com/gateway-name";

function isOf({ metadata: { labels = {} } }: Pod, gateway: string, selector: LabelSelector): boolean {
  return selects(selector, labels) && (labels[GATEWAY_NAME_LABEL] ?? gateway) === gateway;
}

/** One that is ending still says that it is ready, and one that failed keeps its address. */
function readyPod({ metadata, status }: Pod): readonly GatewayPod[] {
  const { name, uid = name, deletionTimestamp } = metadata;
  const isReady = status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  const address = status?.podIP;
  if (!isReady || status?.phase !== "Running" || deletionTimestamp !== undefined || !address) return [];
  return [{ uid, name, address }];
}
