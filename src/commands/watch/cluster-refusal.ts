import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { isUnreachable, KubernetesError } from "#kube/kubernetes-error.ts";
import { UsageError } from "../usage-error.ts";
import { faultText } from "./fault-text.ts";

/** Why a cluster could not be asked, as one line for whoever can put that right; faults of ours stay what they are. */
export function refusalOf(error: unknown, server: string): unknown {
  const says = faultText(error);
  if (error instanceof ClusterConfigurationError) return refusal(says, error);
  if (!(error instanceof KubernetesError)) return error;
  if (isUnreachable(error)) return refusal(`cannot reach ${server}: ${says}`, error);
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
