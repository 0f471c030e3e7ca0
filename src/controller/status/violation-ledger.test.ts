import fc from "fast-check";
import { expect, test } from "vitest";
import { type PolicyFinding, ViolationLedger } from "./violation-ledger.ts";

const finding: fc.Arbitrary<PolicyFinding> = fc.record({
  policy: fc.constantFrom("p", "q"),
  rule: fc.constantFrom("burst", "host"),
  action: fc.constantFrom("Deny", "Warn"),
  count: fc.integer({ min: 1, max: 3 }),
  example: fc.constantFrom("one", "two"),
});
const findings = fc.uniqueArray(finding, {
  maxLength: 4,
  selector: ({ policy, rule, action }) => `${policy} ${rule} ${action}`,
});
const object = fc.integer({ min: 0, max: 30 }).map((number) => `AIGatewayConfig team/${number}`);

test("sums that are kept up are those of what is there, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(object, findings), { maxLength: 60 }), (history) => {
      const [kept, fresh] = [new ViolationLedger(), new ViolationLedger()];
      for (const [key, found] of history) kept.record(key, found);
      for (const [key, found] of new Map(history)) fresh.record(key, found);
      for (const policy of ["p", "q"]) expect(kept.tallyOf(policy)).toEqual(fresh.tallyOf(policy));
      expect(new Set(kept.totals())).toEqual(new Set(fresh.totals()));
    }),
  );
});

test("only policies of which something else was found have changed", () => {
  const ledger = new ViolationLedger();
  const found: PolicyFinding = { policy: "p", rule: "burst", action: "Deny", count: 1, example: "one" };
  expect([...ledger.record("a", [found])]).toEqual(["p"]);
  expect([...ledger.record("a", [{ ...found }])]).toEqual([]);
  expect([...ledger.record("a", [{ ...found, policy: "q" }])]).toEqual(["p", "q"]);
  expect([...ledger.record("a", [])]).toEqual(["q"]);
});

test("the examples are those of the first twenty objects by name, in whatever order they came", () => {
  const ledger = new ViolationLedger();
  const names = Array.from({ length: 50 }, (_, index) => `team/${String((index * 17) % 50).padStart(2, "0")}`);
  for (const name of names)
    ledger.record(name, [{ policy: "p", rule: "burst", action: "Deny", count: 1, example: name }]);
  const first = names.toSorted().slice(0, 20);
  expect(ledger.tallyOf("p")).toEqual({ violations: [{ rule: "burst", action: "Deny", count: 50 }], examples: first });
});
