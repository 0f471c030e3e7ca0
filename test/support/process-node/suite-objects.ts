import type { SuiteControlPlane } from "../control-plane/connect.ts";
import { poll } from "../control-plane/poll.ts";
import type { Pod } from "./pod.ts";

/** What suites do with the objects of their namespace. */
export function suiteObjects(plane: SuiteControlPlane) {
  const kubectl = async (...words: readonly string[]) =>
    (await plane.kubectl(["--namespace", plane.namespace, ...words])).stdout;

  const apply = (...items: readonly object[]) =>
    plane.kubectl(["--namespace", plane.namespace, "apply", "--server-side", "-f", "-"], {
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    });

  /** Those with the label `app`. */
  const podsOf = async (app: string): Promise<readonly Pod[]> => {
    const list = JSON.parse(await kubectl("get", "pods", "-o", "json", "-l", `app=${app}`)) as { items: Pod[] };
    return list.items;
  };

  return {
    kubectl,
    apply,
    podsOf,
    /** The only one, once it is as wanted. */
    onePod: (app: string, isWanted: (pod: Pod) => boolean = () => true) =>
      poll(`the Pod of ${app}`, async () => {
        const [pod, ...others] = await podsOf(app);
        return others.length === 0 && pod !== undefined && isWanted(pod) && pod;
      }),
    rolledOut: (deployment: string) => kubectl("rollout", "status", `deployment/${deployment}`, "--timeout=30s"),
    /** At its first port. */
    urlOfService: async (name: string) =>
      `http://${await kubectl("get", "service", name, "-o", "jsonpath={.spec.clusterIP}:{.spec.ports[0].port}")}`,
  };
}
