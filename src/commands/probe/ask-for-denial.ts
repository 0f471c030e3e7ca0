import { API_VERSION } from "#api/kind.ts";
import { factType } from "#cluster/fact-types.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource } from "#kube/resource.ts";
import type { Attempt } from "../until-done.ts";
import { faultText } from "../watch/fault-text.ts";
import { obstacleIn } from "./obstacle-in.ts";

/** Sends the bad object as a dry run: done with the denial of our webhook, or what came instead. */
export async function askForDenial(
  client: Pick<Client, "create">,
  namespace: string,
  signal: AbortSignal,
): Promise<Attempt<string>> {
  try {
    await client.create(GATEWAYS, badObject(namespace), { dryRun: true, signal });
    return { notYet: ADMITTED };
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.code === 0) throw error;
    const message = faultText(error);
    const denial = ourDenial(message);
    return denial === undefined ? { notYet: obstacleIn(message) } : { done: denial };
  }
}

const ADMITTED =
  "the API server admitted it: it does not call the webhook, unless policies relax implausible-timeout, duplicate-route and unsafe-pattern";

const GATEWAYS = factType("AIGatewayConfig");

/** As the API server puts it; the name is that of the chart's entry. */
function ourDenial(message: string): string | undefined {
  const prefix = 'admission webhook "verdict.gateway.example.com" denied the request: ';
  const start = message.indexOf(prefix);
  return start === -1 ? undefined : message.slice(start + prefix.length);
}

/**
 * Faults of three rules that only `/validate` judges, since schema, CEL, `/mutate` and the admission
 * floor let them pass. The floor, which the API server asks first, judges no model that a ModelConfig
 * describes. A policy may relax each of the rules, but hardly all of them: what none may relax,
 * `/mutate` denies too.
 */
function badObject(namespace: string): Resource & { readonly spec: object } {
  return {
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name: "gatehouse-probe", namespace },
    spec: {
      models: [{ name: "probe", modelRef: { name: "gatehouse-probe" } }],
      routes: [
        { path: "/probe", targetModel: "probe", timeout: "1ms" },
        { path: "/probe", targetModel: "probe" },
        { path: "(", pathType: "Regex", targetModel: "probe" },
      ],
    },
  };
}
