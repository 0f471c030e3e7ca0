import type { Resource } from "#kube/resource.ts";

export interface DeploymentWithProgress extends Resource {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Whether all Pods of a Deployment are as its template says, and serve: as `kubectl rollout status` has it. */
export function hasRolledOut({ metadata, spec = {}, status = {} }: DeploymentWithProgress): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec.replicas ?? 1;
  return (
    observedGeneration >= (metadata.generation ?? 0) &&
    updatedReplicas >= wanted &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}
