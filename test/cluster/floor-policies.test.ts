import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import type { AIGatewayPolicy } from "#api/kinds/ai-gateway-policy.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type InstalledFloor, installFloor } from "../support/gatehouse/floor.ts";
import { approval, everyRule, floorScene, policy } from "../support/gatehouse/floor-scene.ts";
import { installCustomResourceDefinitions } from "../support/gatehouse/install.ts";

const LIMITED = { rateLimits: { max: { burst: 5 } } };
const DENYING = { "rate-limit-bounds": "Deny", "forbidden-endpoint": "Deny" } as const;
const DENIED = "spec.models[0].rateLimits.burst: must be less than or equal to 5 (rate-limit-bounds, policy own)";

const excepting = (more: object, rule = "rate-limit-bounds") => ({
  ...LIMITED,
  rules: DENYING,
  exceptions: [{ rules: [rule], reason: "why", expiresAt: "2020-01-01T00:00:00Z", ...more }],
});

const ACCEPTED = {
  type: "Accepted",
  status: "True",
  reason: "Valid",
  message: "",
  lastTransitionTime: "2027-01-01T12:00:00Z",
} as const;

const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}*`);

describeOnControlPlane("whom the admission floor denies what", (plane) => {
  const { here, saidTo } = floorScene(plane);
  const stack = new AsyncDisposableStack();
  let floor: InstalledFloor;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    floor = stack.use(await installFloor(plane));
  });

  afterAll(() => stack.disposeAsync());

  const burst = (value: number) => saidTo({ name: "any", rateLimits: { burst: value } });
  const under = (...facts: readonly AIGatewayPolicy[]) => floor.write([here({ env: "prod" }), ...facts]);

  describe("a policy denies", () => {
    test("by default on its own terms, where its status says that nobody says otherwise", async () => {
      await under(policy("own", LIMITED));
      expect(await burst(6)).toBe(DENIED);
      expect(await saidTo({ name: "any", endpoint: "https://127.0.0.1" })).toMatch(/forbidden-endpoint, policy own\)$/);
      expect(await saidTo({ name: "any", endpoint: "http://a.example.com" })).toMatch(
        /plaintext-endpoint, policy own\)$/,
      );
      expect(await saidTo({ name: "any", endpoint: "https://10.0.0.1" })).toBe("");
    });

    test("nothing by default while its status says nothing", async () => {
      await under(policy("own", LIMITED, {}));
      expect(await burst(6)).toBe("");
    });

    test("nothing by default where another names a milder action", async () => {
      await under(policy("own", LIMITED), policy("other", { rules: { "rate-limit-bounds": "Warn" } }));
      expect(await burst(6)).toBe("");
    });

    test("what it names, whatever another names", async () => {
      await under(
        policy("own", { ...LIMITED, rules: { "rate-limit-bounds": "Deny" } }),
        policy("other", { rules: { "rate-limit-bounds": "Off" } }),
      );
      expect(await burst(6)).toBe(DENIED);
    });

    test("as each of several does on its own terms", async () => {
      await under(
        policy("other", { rateLimits: { max: { burst: 9 } }, rules: { "rate-limit-bounds": "Deny" } }),
        policy("own", { ...LIMITED, rules: { "rate-limit-bounds": "Deny" } }),
      );
      expect(await burst(6)).toBe(DENIED);
      expect(await burst(10)).toMatch(/must be less than or equal to [59] /);
    });

    test.each(["Off", "Audit", "Warn"] as const)("nothing that it names as %s", async (action) => {
      await under(policy("own", { ...LIMITED, rules: everyRule(action) }));
      expect(await burst(6)).toBe("");
      expect(await saidTo({ name: "any", endpoint: "http://127.0.0.1" })).toBe("");
    });

    test("nothing in Audit", async () => {
      await under(policy("own", { ...LIMITED, mode: "Audit", rules: DENYING }));
      expect(await burst(6)).toBe("");
    });

    test("nothing while it is not accepted, since an earlier form may hold", async () => {
      const conditions = [{ ...ACCEPTED, status: "False" as const }];
      await under(policy("own", { ...LIMITED, rules: DENYING }, { conditions }));
      expect(await burst(6)).toBe("");
      await under(policy("own", { ...LIMITED, rules: DENYING }, { conditions: [ACCEPTED] }));
      expect(await burst(6)).toBe(DENIED);
    });

    test("nothing by bounds that contradict each other", async () => {
      const rateLimits = { min: { burst: 7 }, max: { burst: 5 } };
      await under(policy("own", { rateLimits, rules: DENYING }));
      expect(await burst(6)).toBe("");
    });

    test("http only where it forbids it, if it names the rule", async () => {
      const rules = { "plaintext-endpoint": "Deny" } as const;
      await under(policy("own", { rules }));
      expect(await saidTo({ name: "any", endpoint: "http://a.example.com" })).toBe("");
      await under(policy("own", { rules, endpoints: { allowHTTP: false } }));
      expect(await saidTo({ name: "any", endpoint: "http://a.example.com" })).toMatch(/plaintext-endpoint/);
    });

    describe("unless it makes an exception", () => {
      test.each([
        ["for all, though it has ended", {}],
        ["for the object", { names: ["main"] }],
      ])("%s", async (_, more) => {
        await under(policy("own", excepting(more)));
        expect(await burst(6)).toBe("");
      });

      test("for the namespace", async () => {
        await under(policy("own", excepting({ namespaces: [plane.namespace] })));
        expect(await burst(6)).toBe("");
      });

      test.each([
        ["another object", { names: ["other"] }],
        ["another namespace", { namespaces: ["other"] }],
        ["no namespace", { namespaces: [] }],
        ["the object elsewhere", { names: ["main"], namespaces: ["other"] }],
      ])("for %s, which is not this one", async (_, more) => {
        await under(policy("own", excepting(more)));
        expect(await burst(6)).toBe(DENIED);
      });

      test("from another rule", async () => {
        await under(policy("own", excepting({}, "forbidden-endpoint")));
        expect(await burst(6)).toBe(DENIED);
        expect(await saidTo({ name: "any", endpoint: "https://127.0.0.1" })).toBe("");
      });
    });

    const selectors: readonly [string, string, NonNullable<AIGatewayPolicy["spec"]["namespaceSelector"]>][] = [
      ["selects", "everything", {}],
      ["selects", "its label", { matchLabels: { env: "prod" } }],
      ["does not select", "another value of a label", { matchLabels: { env: "test" } }],
      ["does not select", "a label that is not there", { matchLabels: { env: "prod", team: "" } }],
      ["selects", "In", { matchExpressions: [{ key: "env", operator: "In", values: ["test", "prod"] }] }],
      ["does not select", "In", { matchExpressions: [{ key: "env", operator: "In", values: ["test"] }] }],
      [
        "does not select",
        "In without the label",
        { matchExpressions: [{ key: "team", operator: "In", values: [""] }] },
      ],
      ["selects", "NotIn", { matchExpressions: [{ key: "env", operator: "NotIn", values: ["test"] }] }],
      ["selects", "NotIn without the label", { matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] }],
      ["does not select", "NotIn", { matchExpressions: [{ key: "env", operator: "NotIn", values: ["prod"] }] }],
      ["selects", "NotIn without values", { matchExpressions: [{ key: "env", operator: "NotIn" }] }],
      ["selects", "Exists", { matchExpressions: [{ key: "env", operator: "Exists" }] }],
      ["does not select", "Exists", { matchExpressions: [{ key: "team", operator: "Exists" }] }],
      ["selects", "DoesNotExist", { matchExpressions: [{ key: "team", operator: "DoesNotExist" }] }],
      ["does not select", "DoesNotExist", { matchExpressions: [{ key: "env", operator: "DoesNotExist" }] }],
      [
        "does not select",
        "all of several",
        { matchLabels: { env: "prod" }, matchExpressions: [{ key: "team", operator: "Exists" }] },
      ],
    ];
    test.each(selectors)("in a namespace that it %s by %s", async (does, _, namespaceSelector) => {
      await under(policy("own", { ...LIMITED, rules: DENYING, namespaceSelector }));
      expect(await burst(6)).toBe(does === "selects" ? DENIED : "");
    });
  });

  describe("approvals", () => {
    const rules = { "unapproved-model": "Deny" } as const;

    test("are not asked for while the status has none", async () => {
      await floor.write([here(), policy("own", { rules }, { deniedByDefault: [] })]);
      expect(await saidTo({ name: "any" })).toBe("");
    });

    test("are none where the status says so", async () => {
      await floor.write([here(), policy("own", { rules })]);
      expect(await saidTo({ name: "any" })).toMatch(/unapproved-model/);
    });

    test("of everything let everything through", async () => {
      await floor.write([here(), approval("all", ["*"]), policy("own", { rules })]);
      expect(await saidTo({ name: "any" })).toBe("");
    });

    test("are off where there are too many", async () => {
      const many = ids(501);
      await floor.write([
        here(),
        approval("a", many.slice(0, 256)),
        approval("b", many.slice(256)),
        policy("own", { rules }),
      ]);
      expect(await saidTo({ name: "any" })).toBe("");
      const { body } = await plane.request("GET", `/apis/${API_VERSION}/aigatewaypolicies/own`);
      expect(valueAt(body, ["status", "conditions", 0])).toMatchObject({ type: "ApprovalsInFloor", status: "False" });
    });
  });
});
