import { expect } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { SuiteControlPlane } from "../control-plane/connect.ts";

/** What suites about the floor do to objects of the suite's namespace. */
export interface FloorScene {
  /** The namespace as a fact, with these labels. */
  readonly here: (labels?: Readonly<Record<string, string>>) => KubernetesObject;
  /** What the floor says to a new object; empty where it says nothing. */
  readonly said: (kind: string, spec: object, name?: string) => Promise<string>;
  /** What it says to a new AIGatewayConfig with these models. */
  readonly saidTo: (...models: readonly object[]) => Promise<string>;
  readonly store: (kind: string, spec: object, metadata?: object) => Promise<StoredObject>;
}

export interface StoredObject extends AsyncDisposable {
  /** What the floor says to a merge patch. */
  readonly changed: (change: object) => Promise<string>;
  readonly delete: () => Promise<number>;
}

export function floorScene(plane: SuiteControlPlane): FloorScene {
  const pathOf = (kind: string) => `/apis/${API_VERSION}/namespaces/${plane.namespace}/${kindByName.get(kind)?.plural}`;
  const said: FloorScene["said"] = async (kind, spec, name = "main") => {
    const body = { apiVersion: API_VERSION, kind, metadata: { name }, spec };
    return textOf(await plane.request("POST", `${pathOf(kind)}?dryRun=All`, { body }));
  };
  return {
    said,
    here: (labels = {}) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane.namespace, labels } }),
    saidTo: (...models) => said("AIGatewayConfig", { models, routes: [] }),
    store: async (kind, spec, metadata = {}) => {
      const body = { apiVersion: API_VERSION, kind, metadata: { name: "old", ...metadata }, spec };
      expect((await plane.request("POST", pathOf(kind), { body })).status).toBe(201);
      const path = `${pathOf(kind)}/old`;
      return {
        changed: async (change) => textOf(await plane.request("PATCH", `${path}?dryRun=All`, { body: change })),
        delete: async () => (await plane.request("DELETE", path)).status,
        [Symbol.asyncDispose]: async () => {
          await plane.request("PATCH", path, { body: { metadata: { finalizers: null } } });
          await plane.request("DELETE", path);
        },
      };
    },
  };
}

/** The floor's own words; empty where nobody refuses. */
function textOf({ status, body }: { readonly status: number; readonly body: unknown }): string {
  if (status === 200 || status === 201) return "";
  const message = String(valueAt(body, ["message"]));
  const denial = /ValidatingAdmissionPolicy '(gatehouse-floor-\w+)' with binding '\1' denied request: (.*)$/s.exec(
    message,
  );
  return denial?.[2] ?? `${status} ${message}`;
}

type PolicyStatus = NonNullable<AIGatewayPolicy["status"]>;

/** A policy in Enforce with nothing in it but what is given. */
export function policy(name: string, spec: Partial<AIGatewayPolicy["spec"]>, status?: PolicyStatus): AIGatewayPolicy {
  const object = { apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name } };
  return { ...object, spec: { mode: "Enforce", ...spec }, ...(status ? { status } : {}) };
}

/** Every rule of the floor with this action. */
export function everyRule<A extends string>(action: A): Readonly<Record<string, A>> {
  const rules = ["unapproved-model", "rate-limit-bounds", "plaintext-endpoint", "forbidden-endpoint"];
  return Object.fromEntries(rules.map((rule) => [rule, action]));
}

export function approval(name: string, models: readonly string[], more: object = {}): KubernetesObject {
  const spec = { provider: "openai", models, lifecycle: { state: "Approved" }, ...more };
  return { apiVersion: API_VERSION, kind: "ApprovedModel", metadata: { name }, spec } as KubernetesObject;
}

/** `auth` of a model. */
export function oauth2(tokenUrl: string): object {
  return { oauth2: { tokenUrl, clientId: "gateway", clientSecretRef: { name: "oauth", key: "secret" } } };
}
