import { API_VERSION } from "#api/kind.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import type { ApiResponse } from "../../test/support/control-plane/request.ts";
import { NAMESPACE } from "../objects.ts";

/** Path and query of a create that is not stored, as `kubectl create --dry-run=server` asks for it. */
export const DRY_RUN = `/apis/${API_VERSION}/namespaces/${NAMESPACE}/aigatewayconfigs?dryRun=All&fieldManager=kubectl-create&fieldValidation=Strict`;

export function dryRun({ request }: ControlPlaneClient, object: object): Promise<ApiResponse> {
  return request("POST", DRY_RUN, { body: object });
}

/** A well-formed object that every set of rules refuses. */
export const REFUSED = {
  apiVersion: API_VERSION,
  kind: "AIGatewayConfig",
  metadata: { name: "refused" },
  spec: { models: [{ name: "refused", endpoint: "https://127.0.0.1" }], routes: [] },
};
