import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTROLLER_NAME } from "#api/kinds/ai-gateway-class.ts";
import { type AIGatewayConfig, aiGatewayConfig } from "#api/kinds/ai-gateway-config.ts";
import { findCondition } from "#kube/conditions.ts";
import { configWith } from "../../../test/support/facts.ts";
import { shapeErrors } from "../../../test/support/status-shape.ts";
import type { Effective, PartState } from "../effective/effective.ts";
import type { Findings } from "../gateway-ports.ts";
import { type GatewayStatus, gatewayStatus } from "./gateway-status.ts";

const KEY = `sk-proj-${"a1B2".repeat(12)}`;
const DAY = 86_400_000;

const reason = fc.constantFrom(
  "RateLimitBounds",
  "SecretNotFound",
  "SecretAccessNotGranted",
  "NotApproved",
  "ApprovalExpired",
  "DependencyQuarantined",
  "InvalidReference",
);
const message = fc.oneof(
  fc.constantFrom("must be less", `must not hold ${KEY}`, "x".repeat(40_000)),
  fc.string({ unit: "binary" }),
);

const part: fc.Arbitrary<PartState> = fc
  .record({
    kind: fc.constantFrom("model", "route", "limit", "object"),
    owner: fc.record({ kind: fc.constantFrom("AIGatewayConfig", "ModelConfig"), name: fc.constantFrom("main", "gpt") }),
    name: fc.oneof(fc.constantFrom("", "gpt", "embed", KEY), fc.string({ maxLength: 253 })),
    path: fc.constantFrom("spec", "spec.models[0]"),
    fault: fc.option(fc.record({ reason, message, state: fc.constantFrom("LastGood", "Quarantined") })),
    provider: fc.oneof(fc.constantFrom("openai", KEY), fc.string({ maxLength: 100 })),
    approved: fc.boolean(),
  } as const)
  .map(({ fault, provider, approved, ...rest }): PartState => {
    const isBad = fault !== null || rest.kind === "object";
    const { state = "Quarantined", reason = "RequiredLabel", message = "must" } = fault ?? {};
    return { ...rest, provider, approved, ...(isBad ? { state, reason, message } : { state: "Good" }) };
  });

const effective = fc.record({ parts: fc.array(part, { maxLength: 12 }), hash: fc.constantFrom("one", "two") }).map(
  ({ parts, hash }) =>
    ({
      hash,
      parts,
      configuration: { models: parts.filter(({ kind, name }) => kind === "model" && name !== "") },
    }) as unknown as Effective,
);

const findings: fc.Arbitrary<Findings> = fc
  .record({
    gatewayClass: fc.option(fc.constant({} as NonNullable<Findings["gatewayClass"]>), { nil: undefined }),
    effective: fc.option(effective, { nil: undefined, freq: 9 }),
    delivery: fc.oneof(
      fc.constant({ type: "delivered", changed: true } as const),
      fc.constant(undefined),
      fc.record({
        type: fc.constantFrom("refused", "failed"),
        reason: fc.constantFrom("GatewayTaken", "TooLarge", "SecretAccessNotGranted", "Unreachable"),
        message,
      } as const),
    ),
    verified: fc.option(
      fc.record(
        {
          instances: fc.nat(9),
          verified: fc.nat(9),
          differing: fc.nat(9),
          reason: fc.constantFrom("Verifying", "HashMismatch"),
          lastError: message,
        },
        { requiredKeys: ["instances", "verified", "differing"] },
      ),
      { nil: undefined },
    ),
    deletion: fc.option(fc.record({ reason: fc.constant("CleanUpFailed"), message }), { nil: undefined }),
  })
  .map(({ gatewayClass, effective, delivery, verified, deletion }) => ({
    gatewayClass,
    effective: gatewayClass && !deletion ? effective : undefined,
    delivery: gatewayClass && effective && !deletion ? delivery : undefined,
    verification:
      verified && delivery?.type === "delivered" ? { verification: verified, againInMilliseconds: 1 } : undefined,
    ...(deletion && { deletion }),
  }));

const GATEWAY = configWith({}, { generation: 7 } as AIGatewayConfig["metadata"]);

function statusAfter(found: Findings, previous?: GatewayStatus, day = 0): GatewayStatus {
  return gatewayStatus({
    gateway: previous ? { ...GATEWAY, status: previous } : GATEWAY,
    findings: found,
    controllerName: CONTROLLER_NAME,
    now: new Date(Date.UTC(2027, 0, 1) + day * DAY),
  });
}

test("phase and conditions never contradict each other", () => {
  fc.assert(
    fc.property(findings, (found) => {
      expect(contradictions(statusAfter(found), found)).toEqual([]);
    }),
  );
});

/** What must hold of every status, by name; those that do not. */
function contradictions({ phase, conditions = [] }: GatewayStatus, found: Findings): readonly string[] {
  const word = (type: string) => findCondition(conditions, type)?.status;
  const why = findCondition(conditions, "Programmed")?.reason;
  const runs = word("Programmed") === "True" && word("Accepted") === "True";
  const isWhole = found.effective?.parts.every(({ state }) => state === "Good") === true;
  const claims = {
    "every condition names the generation": conditions.every(({ observedGeneration }) => observedGeneration === 7),
    "Terminating while it is being deleted": (phase === "Terminating") === (found.deletion !== undefined),
    "Ready by both words": (phase === "Ready") === (word("Ready") === "True"),
    "Ready only where all runs": phase !== "Ready" || (runs && isWhole),
    "Degraded only where it runs": phase !== "Degraded" || runs,
    "Applying only while there is time": phase !== "Applying" || why === "Verifying",
    "Pending only where nothing runs by our doing": phase !== "Pending" || word("Programmed") === "False",
    "Error only where something is wrong":
      phase !== "Error" || word("Programmed") === "False" || word("Accepted") === "False",
  };
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]));
}

test("a status has the shape that the API server asks for, and holds no credential, whatever was found", () => {
  fc.assert(
    fc.property(findings, (found) => {
      const status = statusAfter(found);
      expect(shapeErrors(aiGatewayConfig, status)).toEqual([]);
      expect(JSON.stringify({ ...status, appliedModels: [], models: [] })).not.toContain(KEY);
    }),
  );
});

test("finding the same again changes nothing, however much later", () => {
  fc.assert(
    fc.property(findings, (found) => {
      const status = statusAfter(found);
      expect(statusAfter(found, status, 30)).toEqual(status);
    }),
  );
});

test("the transition time of a condition moves with its status and with nothing else", () => {
  fc.assert(
    fc.property(findings, findings, (first, second) => {
      const before = statusAfter(first);
      for (const { type, status, lastTransitionTime } of statusAfter(second, before, 1).conditions ?? []) {
        const isSame = findCondition(before.conditions ?? [], type)?.status === status;
        expect(lastTransitionTime).toBe(isSame ? "2027-01-01T00:00:00Z" : "2027-01-02T00:00:00Z");
      }
    }),
  );
});

test("appliedModels and lastAppliedTimestamp stay until a gateway confirms something else", () => {
  const verifying: Findings = {
    ...applied(["b"], "two"),
    verification: {
      verification: { instances: 1, verified: 0, differing: 1, reason: "Verifying" },
      againInMilliseconds: 1,
    },
  };
  const first = statusAfter(applied(["a"], "one"));
  const second = statusAfter(verifying, first, 1);
  const third = statusAfter(applied(["b"], "two"), second, 2);
  const facts = [first, second, third].map(({ appliedModels, lastAppliedTimestamp, configHash, phase }) => [
    phase,
    configHash,
    appliedModels,
    lastAppliedTimestamp,
  ]);
  expect(facts).toEqual([
    ["Ready", "one", ["a"], "2027-01-01T00:00:00Z"],
    ["Applying", "two", ["a"], "2027-01-01T00:00:00Z"],
    ["Ready", "two", ["b"], "2027-01-03T00:00:00Z"],
  ]);
});

function applied(names: readonly string[], hash: string): Findings {
  const models = names.map((name) => ({ name }));
  return {
    gatewayClass: {} as NonNullable<Findings["gatewayClass"]>,
    effective: { hash, parts: [], configuration: { models } } as unknown as Effective,
    delivery: { type: "delivered", changed: true },
    verification: { verification: { instances: 1, verified: 1, differing: 0 }, againInMilliseconds: 1 },
  };
}
