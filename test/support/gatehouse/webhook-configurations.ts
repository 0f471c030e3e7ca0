import { GROUP, VERSION } from "#api/kind.ts";
import { KINDS } from "#api/kinds.ts";

/** Where the API server finds the webhooks. */
export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly certificateAuthority: string;
}

/**
 * The webhook configurations of DESIGN section 8, as the chart will install them:
 * mutation fails open, validation of namespaced kinds fails closed, deletion and
 * the policy kinds never wedge, and what is being deleted passes in any case.
 */
export function webhookConfigurations(service: WebhookService): readonly object[] {
  const mutation = { clientConfig: clientConfig(service, "/mutate"), reinvocationPolicy: "IfNeeded" };
  const validation = { clientConfig: clientConfig(service, "/validate") };
  return [
    {
      ...configuration("MutatingWebhookConfiguration"),
      webhooks: [
        {
          ...common("defaults"),
          ...mutation,
          rules: rules(["CREATE", "UPDATE"], NAMESPACED, "Namespaced"),
          failurePolicy: "Ignore",
        },
        {
          ...common("policy-shape"),
          ...mutation,
          rules: rules(["CREATE", "UPDATE"], CLUSTER, "Cluster"),
          failurePolicy: "Ignore",
        },
      ],
    },
    {
      ...configuration("ValidatingWebhookConfiguration"),
      webhooks: [
        {
          ...common("verdict"),
          ...validation,
          rules: rules(["CREATE", "UPDATE"], NAMESPACED, "Namespaced"),
          failurePolicy: "Fail",
        },
        {
          ...common("deletion"),
          ...validation,
          rules: [...rules(["DELETE"], NAMESPACED, "Namespaced"), ...rules(["DELETE"], CLUSTER, "Cluster")],
          failurePolicy: "Ignore",
        },
        {
          ...common("policies"),
          ...validation,
          rules: rules(["CREATE", "UPDATE"], CLUSTER, "Cluster"),
          failurePolicy: "Ignore",
        },
      ],
    },
  ];
}

const NAMESPACED = pluralsOf("Namespaced");
const CLUSTER = pluralsOf("Cluster");

function pluralsOf(scope: "Namespaced" | "Cluster"): readonly string[] {
  return KINDS.filter((kind) => kind.scope === scope).map(({ plural }) => plural);
}

function configuration(kind: string): object {
  return { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "gatehouse" } };
}

function common(name: string): object {
  return {
    name: `${name}.${GROUP}`,
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    matchPolicy: "Equivalent",
    timeoutSeconds: 5,
    matchConditions: [
      {
        name: "not-being-deleted",
        expression: "request.operation == 'DELETE' || !has(object.metadata.deletionTimestamp)",
      },
    ],
  };
}

function rules(operations: readonly string[], resources: readonly string[], scope: string): readonly object[] {
  return [{ operations, apiGroups: [GROUP], apiVersions: [VERSION], resources, scope }];
}

function clientConfig({ namespace, name, port, certificateAuthority }: WebhookService, path: string): object {
  const caBundle = Buffer.from(certificateAuthority).toString("base64");
  return { service: { namespace, name, port, path }, caBundle };
}
