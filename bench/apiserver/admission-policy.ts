import { GROUP, VERSION } from "#api/kind.ts";
import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { APPROVALS, NAMESPACE } from "../objects.ts";
import { dryRun, REFUSED } from "./dry-run.ts";
import { type Configuration, type Manifest, store } from "./in-force.ts";

const API_VERSION = "admissionregistration.k8s.io/v1";
const NAME = "bench";

/**
 * Five of our rules as somebody would write them by hand: unapproved-model,
 * rate-limit-bounds, plaintext-endpoint, forbidden-endpoint (for literal addresses)
 * and required-label. Approved models and bounds are in a ConfigMap, so that
 * approval is a look-up by key. Stores all but the binding, which is what counts.
 */
export async function boundAdmissionPolicy(plane: ControlPlaneClient): Promise<Configuration> {
  await store(plane, `/api/v1/namespaces/${NAMESPACE}/configmaps`, PARAMETERS);
  await store(plane, `/apis/${API_VERSION}/validatingadmissionpolicies`, POLICY);
  return {
    collection: `/apis/${API_VERSION}/validatingadmissionpolicybindings`,
    object: {
      apiVersion: API_VERSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: NAME },
      spec: {
        policyName: NAME,
        paramRef: { name: NAME, namespace: NAMESPACE, parameterNotFoundAction: "Deny" },
        validationActions: ["Deny"],
      },
    },
    isInForce: async () => {
      const { body } = await dryRun(plane, REFUSED);
      return JSON.stringify(body).includes(VALIDATIONS[0].message); // and not that its parameters are unknown yet
    },
  };
}

const VALIDATIONS = [
  {
    expression: `object.spec.models.all(m, has(m.provider) && 'approved.' + m.name in params.data
      && params.data['approved.' + m.name] == m.provider)`,
    message: "must name approved models only",
  },
  {
    expression: `object.spec.models.all(m, has(m.rateLimits)
      && has(m.rateLimits.requestsPerMinute)
      && m.rateLimits.requestsPerMinute <= int(params.data['max-requests-per-minute'])
      && has(m.rateLimits.burst) && m.rateLimits.burst <= int(params.data['max-burst']))`,
    message: "must have rate limits within bounds",
  },
  {
    expression: "variables.endpoints.all(endpoint, endpoint.getScheme() == 'https')",
    message: "must use https",
  },
  {
    expression: `variables.endpoints.map(endpoint, endpoint.getHostname()).all(host,
      host != 'localhost' && !host.endsWith('.localhost')
      && (!isIP(host) || ip(host).isGlobalUnicast()
        && !${["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
          .map((range) => `cidr('${range}').containsIP(host)`)
          .join(" && !")}))`,
    message: "must not call forbidden hosts",
  },
  {
    expression: "has(object.metadata.labels) && params.data['required-label'] in object.metadata.labels",
    message: "must have the required label",
  },
] as const;

const PARAMETERS: Manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: NAME },
  data: {
    "max-requests-per-minute": "6000",
    "max-burst": "600",
    "required-label": "team",
    // As many as ours has approvals, by the names that the benched models have.
    ...Object.fromEntries(Array.from({ length: APPROVALS }, (_, index) => [`approved.model-${index}`, "provider"])),
  },
};

const POLICY: Manifest = {
  apiVersion: API_VERSION,
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: NAME },
  spec: {
    failurePolicy: "Fail",
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    matchConstraints: {
      resourceRules: [
        { operations: ["CREATE"], apiGroups: [GROUP], apiVersions: [VERSION], resources: ["aigatewayconfigs"] },
      ],
    },
    variables: [
      { name: "endpoints", expression: "object.spec.models.filter(m, has(m.endpoint)).map(m, url(m.endpoint))" },
    ],
    validations: VALIDATIONS,
  },
};
