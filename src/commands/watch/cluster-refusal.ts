import { ClusterConfigurationError } from "#kube/cluster-connection.ts";
import { isUnreachable, KubernetesError } from "#kube/kubernetes-error.ts";
import { UsageError, type UsageErrorOptions } from "../usage-error.ts";
import { faultText } from "./fault-text.ts";

/** Which command asks, and the exit codes that it has for refusals. */
export interface Asking {
  readonly name: string;
  readonly notAllowed: number;
  readonly notNow: number;
}

/** Why a cluster could not be asked, as one line for whoever can put that right; faults of ours stay what they are. */
export function refusalOf(error: unknown, server: string, { name, notAllowed, notNow }: Asking): unknown {
  const says = faultText(error);
  const refusal = (sentence: string, options: UsageErrorOptions) => new UsageError(`${name}: ${sentence}`, options);
  if (error instanceof ClusterConfigurationError) return refusal(says, { cause: error });
  if (!(error instanceof KubernetesError)) return error;
  if (isUnreachable(error)) return refusal(`cannot reach ${server}: ${says}`, { exitCode: notNow, cause: error });
  switch (error.code) {
    case 400:
      return refusal(`bad selector: ${says}`, { cause: error });
    case 401: {
      const sentence = `${server} does not accept the credentials of the kubeconfig: ${says}`;
      return refusal(sentence, { exitCode: notAllowed, cause: error });
    }
    case 403:
      return refusal(`forbidden: ${says}`, { exitCode: notAllowed, cause: error });
    default:
      return refusal(`${server} answered ${error.code}: ${says}`, { exitCode: notNow, cause: error });
  }
}
