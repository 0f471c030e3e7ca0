import { GROUP, VERSION } from "#api/kind.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { benchedConfig, SMALL } from "../objects.ts";
import { dryRun, REFUSED } from "./dry-run.ts";
import type { Configuration } from "./in-force.ts";
import type { WebhookServer } from "./servers.ts";

/** Two webhooks of the floor, as bare as they can be. */
export function floorWebhooks(plane: ControlPlaneClient, server: WebhookServer): readonly Configuration[] {
  return [
    configuration(
      "Mutating",
      webhook("mutate", server),
      async () => (await dryRun(plane, named("mutate"))).status !== 201,
    ),
    configuration(
      "Validating",
      webhook("validate", server),
      async () => (await dryRun(plane, named("validate"))).status !== 201,
    ),
  ];
}

/** Ours, as the chart has them. */
export function ourWebhooks(plane: ControlPlaneClient, server: WebhookServer): readonly Configuration[] {
  const chart = {
    matchPolicy: "Equivalent",
    timeoutSeconds: 5,
    matchConditions: [
      {
        name: "not-being-deleted",
        expression: "request.operation == 'DELETE' || !has(object.metadata.deletionTimestamp)",
      },
    ],
  };
  const mutation = { ...webhook("mutate", server), ...chart, failurePolicy: "Ignore", reinvocationPolicy: "IfNeeded" };
  const validation = { ...webhook("validate", server), ...chart, failurePolicy: "Fail" };
  return [
    configuration("Mutating", mutation, async () =>
      JSON.stringify((await dryRun(plane, named("incomplete"))).body).includes('"timeouts":{'),
    ),
    configuration("Validating", validation, async () => (await dryRun(plane, REFUSED)).status === 422),
  ];
}

function configuration(
  type: "Mutating" | "Validating",
  webhook: object,
  isInForce: () => Promise<boolean>,
): Configuration {
  return {
    collection: `/apis/admissionregistration.k8s.io/v1/${type.toLowerCase()}webhookconfigurations`,
    object: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: `${type}WebhookConfiguration`,
      metadata: { name: "bench" },
      webhooks: [webhook],
    },
    isInForce,
  };
}

function webhook(path: string, { origin, certificateAuthority }: WebhookServer): object {
  return {
    name: `${path}.bench.${GROUP}`,
    clientConfig: { url: `${origin}/${path}`, caBundle: Buffer.from(certificateAuthority).toString("base64") },
    rules: [{ operations: ["CREATE"], apiGroups: [GROUP], apiVersions: [VERSION], resources: ["aigatewayconfigs"] }],
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
  };
}

/** A good object under a name that tells what is asked; its timeouts are missing. */
function named(name: string): object {
  const config = benchedConfig(SMALL, { literalKey: false, timeouts: false });
  return { ...config, metadata: { ...config.metadata, name } };
}
