import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { Client } from "#kube/client.ts";
import { isConflict } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import type { Plan } from "../../src/controller/delivery/delivery.ts";
import { deliveryTarget } from "../../src/controller/delivery/delivery-target.ts";

export type StoredGateway = AIGatewayConfig & Resource;

/** Two files, one of them with a credential, delivered as the class says. */
export function planOf(
  gateway: AIGatewayConfig,
  more: Partial<Plan> = {},
  delivery: AIGatewayClass["spec"]["delivery"] = {},
): Plan {
  const { namespace = "", name = "" } = gateway.metadata;
  const gatewayClass: AIGatewayClass = {
    apiVersion: API_VERSION,
    kind: "AIGatewayClass",
    metadata: { name: "plain" },
    spec: { delivery },
  };
  return {
    gateway,
    gatewayClass,
    target: deliveryTarget(gatewayClass, { namespace, name }),
    hash: "hash-1",
    rendered: { files: { "gateway.json": "{}", "notes.txt": "a" }, secrets: { "chat.credential": "a-secret" } },
    lastGood: "{}",
    ...more,
  };
}

/** Does what the controller does about a conflict: it tries again. */
export async function untilSettled<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error) || tries === 10) throw error;
    }
  }
}

/** A process that is killed after so many requests were carried out: whether the last one's answer came is not known. */
export function endingAfter(client: Client, requests: number): Client {
  let count = 0;
  const counted =
    <A extends readonly unknown[], R>(call: (...words: A) => Promise<R>) =>
    async (...words: A): Promise<R> => {
      if (count >= requests) throw new Error("killed");
      count += 1;
      return call(...words);
    };
  return {
    get: counted(client.get.bind(client)) as Client["get"],
    create: counted(client.create.bind(client)),
    patch: counted(client.patch.bind(client)) as Client["patch"],
    list: client.list.bind(client),
    watch: client.watch.bind(client),
    read: client.read.bind(client),
    update: client.update.bind(client),
    delete: client.delete.bind(client),
    deleteCollection: client.deleteCollection.bind(client),
  };
}
