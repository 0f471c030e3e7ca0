/** client-node's informer, as its documentation shows it, on the custom object API. */
import {
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";
import { collectionPath } from "#kube/resource-path.ts";
import { GATEWAY_CONFIGS } from "../gateway-configs.ts";
import { measureInformer } from "./measured-informer.ts";

await measureInformer((server, { onAdded, onUpdated }) => {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromClusterAndUser({ name: "bench", server, skipTLSVerify: true }, { name: "bench" });
  const api = kubeconfig.makeApiClient(CustomObjectsApi);
  const { group, version, plural } = GATEWAY_CONFIGS;
  const list = () =>
    api.listCustomObjectForAllNamespaces({ group, version, resourcePlural: plural }) as Promise<
      KubernetesListObject<KubernetesObject>
    >;
  const informer = makeInformer(kubeconfig, collectionPath(GATEWAY_CONFIGS), list);
  informer.on("add", onAdded);
  informer.on("update", onUpdated);
  informer.on("error", (error: unknown) => {
    throw new Error("the informer has stopped", { cause: error });
  });
  void informer.start();
});
