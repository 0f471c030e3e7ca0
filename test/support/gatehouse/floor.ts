import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import type { ApprovedModel } from "#api/kinds/approved-model.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { floorManifests } from "#floor/admission-policies.ts";
import { type FloorFacts, floorStatus } from "#policy/floor-status.ts";
import { completed } from "../completed.ts";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import type { Method } from "../control-plane/request.ts";
import { applyManifests } from "./chart.ts";

/** The admission floor on a control plane, whose API server is the only part of it. */
export interface InstalledFloor extends AsyncDisposable {
  /**
   * Makes these the only policies, and gives namespaces their labels, as far as there
   * are any. Each policy gets the status that a controller would write, unless it
   * brings one. Returns when the API server goes by it.
   */
  readonly write: (facts: readonly KubernetesObject[], now?: number) => Promise<void>;
}

export async function installFloor(plane: ControlPlaneClient): Promise<InstalledFloor> {
  await using stack = new AsyncDisposableStack();
  stack.use(await applyManifests(plane, [...floorManifests(), ...PROBE]));
  const world = stack.use(new FloorWorld(plane));
  await world.write([], 0);
  const installed = stack.move();
  return {
    write: (facts, now = Date.now()) => world.write(facts, now),
    [Symbol.asyncDispose]: () => installed.disposeAsync(),
  };
}

const POLICIES = `/apis/${API_VERSION}/aigatewaypolicies`;
const PROBE_LABEL = "floor-probe";

class FloorWorld {
  readonly #plane: ControlPlaneClient;
  #policies: readonly string[] = [];
  #writes = 0;

  constructor(plane: ControlPlaneClient) {
    this.#plane = plane;
  }

  async write(facts: readonly KubernetesObject[], now: number): Promise<void> {
    this.#writes += 1;
    const namespaces = facts.filter(({ kind }) => kind === "Namespace");
    for (const { metadata } of namespaces) await this.#label(metadata.name ?? "", metadata.labels ?? {});
    await this.#deletePolicies();
    const world = floorFacts(facts, now);
    for (const policy of facts.filter(isPolicy)) await this.#create(policy, policy.status ?? statusOf(policy, world));
    const last = { mode: "Audit" } as const;
    const name = `${PROBE_LABEL}-${this.#writes}`;
    await this.#create({ apiVersion: API_VERSION, kind: "AIGatewayPolicy", metadata: { name }, spec: last }, {});
    const places = namespaces.length > 0 ? namespaces.map(({ metadata }) => metadata.name ?? "") : ["default"];
    for (const place of places) await poll(`the floor knows ${name} in ${place}`, () => this.#isKnown(name, place));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#deletePolicies();
  }

  async #create(policy: AIGatewayPolicy, status: object): Promise<void> {
    const { metadata, ...rest } = policy;
    const created = await this.#expect("POST", POLICIES, { ...rest, metadata, status: undefined });
    this.#policies = [...this.#policies, metadata.name ?? ""];
    await this.#expect("PUT", `${POLICIES}/${metadata.name}/status`, { ...created, status });
  }

  async #deletePolicies(): Promise<void> {
    for (const name of this.#policies) await this.#expect("DELETE", `${POLICIES}/${name}`);
    this.#policies = [];
  }

  /** Makes the namespace where there is none. The API server gives it its name as a label, which a file may leave out. */
  async #label(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const path = `/api/v1/namespaces/${name}`;
    await this.#plane.request("POST", "/api/v1/namespaces", {
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
    const { metadata } = (await this.#expect("GET", path)) as unknown as KubernetesObject;
    const wanted = { ...labels, "kubernetes.io/metadata.name": name, [PROBE_LABEL]: String(this.#writes) };
    const rest = { apiVersion: "v1", kind: "Namespace" };
    await this.#expect("PUT", path, { ...rest, metadata: { ...metadata, labels: wanted } });
  }

  /** News of policies and of namespaces each come in order, so that who knows the last knows all. */
  async #isKnown(policy: string, namespace: string): Promise<boolean> {
    const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
    const data = { policy, labelled: namespace === "default" ? "" : String(this.#writes) };
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: PROBE_LABEL }, data };
    const answer = await this.#plane.request("POST", path, { body });
    return JSON.stringify(answer.body).includes("the floor knows it");
  }

  async #expect(method: Method, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.#plane.request(method, path, body === undefined ? {} : { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Readonly<Record<string, unknown>>;
  }
}

/** Refuses a ConfigMap that names a policy and a label which the API server goes by already. */
const PROBE = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: PROBE_LABEL },
    spec: {
      paramKind: { apiVersion: API_VERSION, kind: "AIGatewayPolicy" },
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
      },
      matchConditions: [{ name: "is-probe", expression: `object.metadata.name == '${PROBE_LABEL}'` }],
      validations: [
        {
          expression: `params.metadata.name != object.data.policy || (object.data.labelled != '' && namespaceObject.metadata.?labels[?'${PROBE_LABEL}'].orValue('') != object.data.labelled)`,
          message: "the floor knows it",
        },
      ],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: PROBE_LABEL },
    spec: {
      policyName: PROBE_LABEL,
      paramRef: { selector: {}, parameterNotFoundAction: "Allow" },
      validationActions: ["Deny"],
    },
  },
];

function isPolicy(object: KubernetesObject): object is AIGatewayPolicy {
  return object.kind === "AIGatewayPolicy";
}

function isApproval(object: KubernetesObject): object is ApprovedModel {
  return object.kind === "ApprovedModel";
}

/** What a controller would know. */
function floorFacts(facts: readonly KubernetesObject[], now: number): FloorFacts {
  const namespaces = facts.filter(({ kind }) => kind === "Namespace");
  return {
    policies: facts.filter(isPolicy).map(({ metadata, spec }) => ({ name: metadata.name ?? "", spec })),
    approvals: facts.filter(isApproval),
    namespaces: new Map(
      namespaces.map(({ metadata: { name = "", labels } }) => [
        name,
        { ...labels, "kubernetes.io/metadata.name": name },
      ]),
    ),
    now,
  };
}

function statusOf({ metadata: { name = "" }, spec }: AIGatewayPolicy, facts: FloorFacts): object {
  const { condition, ...status } = completed(floorStatus({ name, spec }, facts));
  return { ...status, conditions: [{ ...condition, lastTransitionTime: "2027-01-01T12:00:00Z" }] };
}
