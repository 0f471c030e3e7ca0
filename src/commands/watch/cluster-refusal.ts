import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { isUnreachable, KubernetesError } from "#kube/kubernetes-error.ts";
import { UsageError, type UsageErrorOptions } from "../usage-error.ts";
import { faultText } from "./fault-text.ts";

/** Why a cluster could not be asked, as one line for whoever can put that right; faults of ours stay what they are. */
export function refusalOf(error: unknown, server: string): unknown {
  const says = faultText(error);
  if (error instanceof ClusterConfigurationError) return refusal(says, { cause: error });
  if (!(error instanceof KubernetesError)) return error;
  if (isUnreachable(error)) return refusal(`cannot reach ${server}: ${says}`, { exitCode: NOT_NOW, cause: error });
  switch (error.code) {
    case 400:
      return refusal(`bad selector: ${says}`, { cause: error });
    case 401: {
      const sentence = `${server} does not accept the credentials of the kubeconfig: ${says}`;
      return refusal(sentence, { exitCode: NOT_ALLOWED, cause: error });
    }
    case 403:
      return refusal(`forbidden: ${says}`, { exitCode: NOT_ALLOWED, cause: error });
    default:
      return refusal(`${server} answered ${error.code}: ${says}`, { exitCode: NOT_NOW, cause: error });
  }
}

/** Exit codes that scripts can go by: the first is for whoever grants rights, after the second a later try may do. */
const NOT_ALLOWED = 3;
const NOT_NOW = 4;

function refusal(sentence: string, options: UsageErrorOptions): UsageError {
  return new UsageError(`watch: ${sentence}`, options);
}
