import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { isUnreachable, KubernetesError } from "#kube/kubernetes-error.ts";
import { UsageError } from "../usage-error.ts";
import { oneLine } from "./contact.ts";

/** Why a cluster could not be asked, as one line for whoever can put that right; faults of ours stay what they are. */
export function refusalOf(error: unknown, server: string): unknown {
  if (error instanceof ClusterConfigurationError) return refusal(oneLine(error), error);
  if (!(error instanceof KubernetesError)) return error;
  if (isUnreachable(error)) return refusal(`cannot reach ${server}: ${reachFault(error)}`, error);
  const says = oneLine(error);
  switch (error.code) {
    case 400:
      return refusal(`bad selector: ${says}`, error);
    case 401:
      return refusal(`${server} does not accept the credentials of the kubeconfig: ${says}`, error);
    case 403:
      return refusal(`forbidden: ${says}`, error);
    default:
      return refusal(`${server} answered ${error.code}: ${says}`, error);
  }
}

function refusal(sentence: string, cause: Error): UsageError {
  return new UsageError(`watch: ${sentence}`, { cause });
}

/** What the system says; Node leaves the message empty where several addresses were tried. */
function reachFault(error: KubernetesError): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return oneLine(error);
  return oneLine(cause) || ("code" in cause ? String(cause.code) : oneLine(error));
}
