import { expect, test } from "vitest";
import type { Confirmation, Unconfirmed } from "./confirmation.ts";
import type { InstanceState } from "./instance-state.ts";
import { verificationOf } from "./verification.ts";

const TIMEOUT = 1000;
const NOW = 5000;

function state(word: Confirmation, unconfirmedSince?: number): InstanceState {
  return { word, askedAt: NOW, unconfirmedSince, wasConfirmed: false };
}

const GOOD = state({ type: "confirmed" });
const late = (type: Unconfirmed["type"], message: string = type) => state({ type, message }, NOW - TIMEOUT);
const early = (type: Unconfirmed["type"], message: string = type) => state({ type, message }, NOW - TIMEOUT + 1);

test.each<[string, readonly (InstanceState | undefined)[], object]>([
  ["all run it", [GOOD, GOOD], { instances: 2, verified: 2, differing: 0 }],
  [
    "some have time left",
    [GOOD, early("differs"), early("unreachable")],
    { instances: 3, verified: 1, differing: 1, reason: "Verifying", lastError: "differs (and 1 more)" },
  ],
  [
    "one was not asked yet",
    [GOOD, undefined],
    { instances: 2, verified: 1, differing: 0, reason: "Verifying", lastError: "has not been asked yet" },
  ],
  [
    "one has no time left",
    [early("differs"), late("unreachable")],
    { instances: 2, verified: 0, differing: 1, reason: "Unreachable", lastError: "unreachable (and 1 more)" },
  ],
  [
    "one refuses it, though it has time",
    [late("unreachable"), early("refused")],
    { instances: 2, verified: 0, differing: 0, reason: "ConfigurationRefused", lastError: "refused (and 1 more)" },
  ],
])("says that %s", (_, states, verification) => {
  expect(verificationOf(states, NOW, TIMEOUT)).toEqual(verification);
});

test("keeps what a gateway says short and in one line", () => {
  const { lastError = "" } = verificationOf(
    [late("unexpected", `Pod gw: \u001b[31m${"x".repeat(10_000)}`)],
    NOW,
    TIMEOUT,
  );
  expect(lastError).toMatch(/^Pod gw: {2}\[31mx+…$/);
  expect(lastError.length).toBeLessThanOrEqual(500);
});
