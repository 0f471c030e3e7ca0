import { API_VERSION, GROUP, VERSION } from "#api/kind.ts";
import type { AIGatewayClass } from "#api/kinds/ai-gateway-class.ts";
import type { AIGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";

/** The size of a benched object. */
export interface Size {
  readonly name: "small" | "large";
  readonly models: number;
  readonly routes: number;
  readonly policies: number;
}

/** About 8 KB. */
export const SMALL: Size = { name: "small", models: 10, routes: 10, policies: 5 };

/** About 200 KB, as large as the schema allows. */
const LARGE: Size = { name: "large", models: 256, routes: 512, policies: 64 };

export const SIZES: readonly Size[] = [SMALL, LARGE];

/** Where the benched objects are. */
export const NAMESPACE = "team-a";

/** Approved models, so many that each model of the large object has one. */
export const APPROVALS = 300;

/** A create as the API server sends it, that gives each mutation a patch and each validation a warning and a log line. */
export function reviewBody(size: Size): string {
  return JSON.stringify({
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
      kind: { group: GROUP, version: VERSION, kind: "AIGatewayConfig" },
      resource: { group: GROUP, version: VERSION, resource: "aigatewayconfigs" },
      requestKind: { group: GROUP, version: VERSION, kind: "AIGatewayConfig" },
      requestResource: { group: GROUP, version: VERSION, resource: "aigatewayconfigs" },
      name: "bench",
      namespace: NAMESPACE,
      operation: "CREATE",
      userInfo: {
        username: "system:serviceaccount:flux-system:kustomize-controller",
        groups: ["system:authenticated"],
      },
      object: benchedConfig(size, { literalKey: true, timeouts: false }),
      oldObject: null,
      dryRun: false,
      options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1", fieldManager: "kustomize-controller" },
    },
  });
}

/** What of a benched object gives work besides judging it. */
export interface Content {
  /** One literal key, for which there is a warning. */
  readonly literalKey: boolean;
  /** Whether the timeouts are given; otherwise they are defaulted. All else is given in any case. */
  readonly timeouts: boolean;
}

export function benchedConfig({ models, routes, policies }: Size, content: Content): AIGatewayConfig {
  return {
    apiVersion: API_VERSION,
    kind: "AIGatewayConfig",
    metadata: { name: "bench", namespace: NAMESPACE, labels: { team: "platform" } },
    spec: {
      gatewayClassName: "shared",
      models: Array.from({ length: models }, (_, index) => ({
        name: `model-${index}`,
        type: "llm",
        provider: "provider",
        endpoint: `https://region-${index}.models.example/v1/tenant-${index}`,
        region: "eu-west-1",
        version: "2026-08-06",
        ...(content.timeouts && { timeouts: { request: "60s", streamIdle: "20s" } }),
        rateLimits: { requestsPerMinute: 600, burst: 60, tokensPerMinute: 200_000, key: "Consumer" as const },
        auth: {
          type: "apikey" as const,
          value: content.literalKey && index === 0 ? "sk-bench" : `secret://credentials-of-team-a/model-${index}`,
          header: "Authorization",
          scheme: "Bearer",
        },
        parameters: { temperature: 0.7, topP: 0.95, maxTokens: 4096, stop: ["END", "STOP"] },
        dataClassification: ["public", "internal"],
      })),
      routes: Array.from({ length: routes }, (_, index) => ({
        path: `/team-a/v1/route-${index}`,
        pathType: "Prefix" as const,
        targetModel: `model-${index % models}`,
        methods: ["POST" as const],
        retry: { attempts: 2, onStatus: [429, 503], respectRetryAfter: true },
        timeout: "60s",
        policies: [`policy-${index % policies}`],
      })),
      policies: Array.from({ length: policies }, (_, index) => ({
        name: `policy-${index}`,
        type: "circuitBreaker" as const,
        config: { failureThreshold: 5, interval: "10s", openDuration: "30s", halfOpenRequests: 3 },
      })),
    },
  };
}

/** A cluster with policies to merge, a class, and `approvals` approved models, of which the benched models use the first. */
export function benchedFacts(approvals: number): readonly KubernetesObject[] {
  return [gatewayClass(), ...policies(), ...Array.from({ length: approvals }, (_, index) => approval(index))];
}

function gatewayClass(): AIGatewayClass {
  return { apiVersion: API_VERSION, kind: "AIGatewayClass", metadata: { name: "shared" }, spec: { adapter: "json" } };
}

function policies(): readonly AIGatewayPolicy[] {
  return [
    policy("bounds", {
      mode: "Enforce",
      rateLimits: { required: true, max: { requestsPerMinute: 6000, burst: 600 } },
      rules: { "unapproved-model": "Deny" },
    }),
    policy("defaults", {
      mode: "Enforce",
      requiredLabels: [{ key: "team" }],
      defaults: { timeouts: { request: "60s", streamIdle: "20s" } },
    }),
  ];
}

function policy(name: string, spec: AIGatewayPolicy["spec"]): AIGatewayPolicy {
  return { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name }, spec };
}

function approval(index: number): ApprovedModel {
  return {
    apiVersion: API_VERSION,
    kind: "ApprovedModel",
    metadata: { name: `approval-${index}` },
    spec: {
      provider: "provider",
      models: [`model-${index}`],
      types: ["llm"],
      endpoints: { hosts: ["*.models.example"] },
      regions: ["eu-west-1"],
      limits: { maxRequestsPerMinute: 1000 },
      lifecycle: { state: "Approved", expiresAt: "2099-01-01T00:00:00Z" },
    },
  };
}
