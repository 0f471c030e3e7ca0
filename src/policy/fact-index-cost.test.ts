import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "#api/object-meta.ts";
import { coveringApprovals } from "./covering-approvals.ts";
import { FactIndex } from "./fact-index.ts";
import type { PolicySpec } from "./opinion.ts";

const NOW = Date.parse("2027-01-01T12:00:00Z");
const FEW = 10;
const MANY = 10_000;

describe("the work of a look-up does not grow with the number of", () => {
  // Prefixes are asked for by their lengths, so it is these that are kept few.
  test("approvals", () => {
    expectFlat(
      (count) => [
        approval("prefix", "model-*"),
        ...numbered(count, (n) => approval(`a${n}`, `model-${n}`, `family-${String(n).padStart(5, "0")}-*`)),
      ],
      (index) => coveringApprovals(index, { name: "model-7" }, { namespace: "team-7", now: NOW }),
    );
  });

  test("policies that select other namespaces", () => {
    expectFlat(
      (count) => [
        namespace("team-7", { team: "7" }),
        ...numbered(count, (n) => policy(`p${n}`, { ...forTeam(n), mode: n % 2 === 0 ? "Audit" : "Enforce" })),
      ],
      (index) => askPolicy(index, "team-7", "main"),
    );
  });

  test("policies that select the namespace", () => {
    expectFlat(
      (count) => [namespace("team-7"), ...numbered(count, (n) => policy(`p${n}`))],
      (index) => askPolicy(index, "team-7", "main"),
    );
  });

  test("exceptions for other objects", () => {
    expectFlat(
      exceptionsFor((n) => ({ names: [`object-${n}`] })),
      (index) => askPolicy(index, "team-7", "object-7"),
    );
  });

  test("exceptions for other namespaces", () => {
    expectFlat(
      exceptionsFor((n) => ({ namespaces: [`team-${n}`] })),
      (index) => askPolicy(index, "team-7", "main"),
    );
  });

  test("exceptions for objects of the same name in other namespaces", () => {
    expectFlat(
      exceptionsFor((n) => ({ namespaces: [`team-${n}`], names: ["main"] })),
      (index) => askPolicy(index, "team-7", "main"),
    );
  });

  test("classes", () => {
    expectFlat(
      (count) => numbered(count, (n) => ours("AIGatewayClass", `c${n}`, {})),
      (index) => [index.gatewayClass("c7"), index.defaultGatewayClass()],
    );
  });
});

describe("the work of a look-up in a namespace does not grow with the number of", () => {
  test("its objects", () => {
    expectFlat((count) => numbered(count, (n) => siblings("team-7", n)).flat(), lookUpInNamespace);
  });

  test("routes of the gateway with other paths", () => {
    expectFlat(
      (count) => [
        ...siblings("team-7", 7),
        ...numbered(count, (n) =>
          stored("AIRoute", "team-7", `s${n}`, { path: `/s${n}`, parentRefs: [{ name: "g7" }] }),
        ),
      ],
      (index) => [...(index.objectsIn("team-7").routesOf("g7")?.get("/7") ?? [])],
    );
  });

  test("other namespaces and their objects", () => {
    expectFlat(
      (count) => numbered(count, (n) => [namespace(`team-${n}`), ...siblings(`team-${n}`, 7)]).flat(),
      lookUpInNamespace,
    );
  });
});

describe("the first look-up after a change does not grow with the number of", () => {
  test("exceptions for objects of the same name in other namespaces", () => {
    const objectsOf = exceptionsFor((n) => ({ namespaces: [`team-${n}`], names: ["main"] }));
    const work = [FEW, MANY].map((count) => {
      const index = indexOf([...objectsOf(count), namespace("team-7")]);
      return countSteps(() => askPolicy(index, "team-7", "main"));
    });
    // The policy that a share of the exceptions sits in is merged once; its exceptions are not gone through.
    expect(work[1]).toBeLessThan((work[0] ?? 0) + FEW * POLICIES);
  });
});

describe("the work of a change does not grow with the number of", () => {
  test("namespaces that the policy cannot select", () => {
    const work = [FEW, MANY].map((count) => {
      const index = indexOf(numbered(count, (n) => namespace(`team-${n}`, { team: `${n}` })));
      return countSteps(() => index.apply(policy("p", forTeam(7))));
    });
    expect(work[1]).toBe(work[0]);
  });

  test("objects of its namespace", () => {
    const work = [FEW, MANY].map((count) => {
      const index = indexOf(numbered(count, modelOfTeam));
      return countSteps(() => {
        index.apply(modelOfTeam(7));
        index.delete("ModelConfig", "team-7/m7");
      });
    });
    expect(work[1]).toBe(work[0]);
  });

  test.each([
    ["by a label", forTeam],
    ["by its name", forNamespace],
  ])("policies that cannot select the namespace %s", (_, selector) => {
    const work = [FEW, MANY].map((count) => {
      const index = indexOf(numbered(count, (n) => policy(`p${n}`, selector(n))));
      return countSteps(() => index.apply(namespace("team-7", { team: "7", env: "prod" })));
    });
    expect(work[1]).toBe(work[0]);
  });
});

test("namespaces and objects that nobody knows leave nothing behind", () => {
  const index = indexOf([policy("p", forTeam(7))]);
  askPolicy(index, "unknown", "object");
  const kept = entriesAdded(() => {
    for (let n = 0; n < FEW; n++) askPolicy(index, `unknown-${n}`, `object-${n}`);
  });
  expect(kept).toBe(0);
});

const POLICIES = 10;

/** What a rule may ask about the seventh of some siblings. */
function lookUpInNamespace(index: FactIndex): unknown {
  const objects = index.objectsIn("team-7");
  return [
    objects.get("ModelConfig", "m7"),
    objects.get("AIGatewayConfig", "g7"),
    [...objects.usersOf("ModelConfig", "m7")],
    [...objects.usersOf("AIGatewayConfig", "g7")],
    [...(objects.routesOf("g7")?.get("/7") ?? [])],
    index.isTerminating("team-7"),
  ];
}

/** A model, a gateway that has it and a route of that. */
function siblings(team: string, n: number): readonly KubernetesObject[] {
  const models = [{ name: "a", modelRef: { name: `m${n}` } }];
  return [
    stored("ModelConfig", team, `m${n}`, {}),
    stored("AIGatewayConfig", team, `g${n}`, { models, routes: [] }),
    stored("AIRoute", team, `r${n}`, { path: `/${n}`, parentRefs: [{ name: `g${n}` }] }),
  ];
}

function forTeam(team: number): Partial<PolicySpec> {
  return { namespaceSelector: { matchLabels: { team: `${team}` } } };
}

/** With a label beside, which all teams have. */
function forNamespace(team: number): Partial<PolicySpec> {
  const matchLabels = { env: "prod", "kubernetes.io/metadata.name": `team-${team}` };
  return { namespaceSelector: { matchLabels } };
}

/** So many exceptions, spread over ten policies. */
function exceptionsFor(place: (n: number) => object): (count: number) => readonly KubernetesObject[] {
  return (count) =>
    numbered(POLICIES, (p) => {
      const exceptions = numbered(count / POLICIES, (n) => ({
        ...place(n * POLICIES + p),
        rules: ["unapproved-model"],
        reason: "migration",
        expiresAt: "2028-01-01T00:00:00Z",
      }));
      return policy(`p${p}`, { exceptions });
    });
}

/** Expects a second look-up to take the same steps among few objects as among many. */
function expectFlat(
  objectsOf: (count: number) => readonly KubernetesObject[],
  lookUp: (index: FactIndex) => unknown,
): void {
  const work = [FEW, MANY].map((count) => {
    const index = indexOf(objectsOf(count));
    lookUp(index);
    return countSteps(() => lookUp(index));
  });
  expect(work[0]).toBeGreaterThan(0);
  expect(work[1]).toBe(work[0]);
}

const ITERATORS = [[], new Map(), new Set()].map(
  (collection) => Object.getPrototypeOf(collection[Symbol.iterator]()) as object,
);

/** Counts what is taken from iterators and asked of maps and sets meanwhile. */
function countSteps(work: () => unknown): number {
  return countCalls(
    [
      ...ITERATORS.map((prototype) => [prototype, "next"] as const),
      ...["get", "has", "forEach"].map((method) => [Map.prototype, method] as const),
      ...["has", "forEach", "union"].map((method) => [Set.prototype, method] as const),
      ...["filter", "map", "flatMap", "find", "some", "every", "includes", "sort"].map(
        (method) => [Array.prototype, method] as const,
      ),
    ],
    work,
  );
}

/** Counts what is put into maps meanwhile. */
function entriesAdded(work: () => unknown): number {
  return countCalls([[Map.prototype, "set"]], work);
}

function countCalls(methods: readonly (readonly [object, string])[], work: () => unknown): number {
  let calls = 0;
  const restore = methods.map(([owner, name]) => {
    const original = Object.getOwnPropertyDescriptor(owner, name);
    const method: unknown = original?.value;
    if (!original || typeof method !== "function") throw new Error(`${name} is no method`);
    const counting = function (this: unknown, ...parameters: unknown[]): unknown {
      calls += 1 + (Array.isArray(this) ? this.length : 0);
      return Reflect.apply(method, this, parameters);
    };
    Object.defineProperty(owner, name, { ...original, value: counting });
    return () => Object.defineProperty(owner, name, original);
  });
  try {
    work();
  } finally {
    for (let last = restore.length - 1; last >= 0; last--) restore[last]?.();
  }
  return calls;
}

function askPolicy(index: FactIndex, namespace: string, name: string): unknown {
  const subject = { namespace, name };
  return [index.effectivePolicy(subject, NOW), index.auditCandidates(subject, NOW), index.namespaceLabels(namespace)];
}

function indexOf(objects: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex();
  index.replace(objects);
  return index;
}

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function policy(name: string, spec: Partial<PolicySpec> = {}): KubernetesObject {
  return ours("AIGatewayPolicy", name, { mode: "Enforce", ...spec });
}

function approval(name: string, ...models: readonly string[]): KubernetesObject {
  return ours("ApprovedModel", name, { provider: "openai", models, lifecycle: { state: "Approved" } });
}

function modelOfTeam(n: number): KubernetesObject {
  return stored("ModelConfig", "team-7", `m${n}`, { model: `m${n}` });
}

function stored(kind: string, namespaceName: string, name: string, spec: object): KubernetesObject {
  const whole = { ...ours(kind, name, spec), metadata: { name, namespace: namespaceName } };
  return whole;
}

function ours(kind: string, name: string, spec: object) {
  return { apiVersion: "gateway.example.com/v1", kind, metadata: { name }, spec };
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}
