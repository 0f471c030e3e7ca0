import { expect, test } from "vitest";
import { CLEANUP_FINALIZER } from "#api/controller-names.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { statusWorld } from "../../../test/support/status-world.ts";

const object = (kind: string, metadata: KubernetesObject["metadata"], spec: object): KubernetesObject =>
  ({ apiVersion: kind === "Namespace" ? "v1" : "gateway.example.com/v1", kind, metadata, spec }) as KubernetesObject;
const namespace = (name: string) => object("Namespace", { name }, {});
const policy = (spec: object, name = "limits") => object("AIGatewayPolicy", { name }, spec);
const approval = (lifecycle: object = {}) =>
  object(
    "ApprovedModel",
    { name: "openai" },
    {
      provider: "openai",
      models: ["gpt*", "gpt-4o"],
      lifecycle: { state: "Approved", approvedBy: "us", ticket: "T-1", ...lifecycle },
    },
  );
const gateway = (name: string, burst: number, models = ["gpt-4o"]) =>
  object(
    "AIGatewayConfig",
    { name, namespace: "team-a" },
    {
      gatewayClassName: "json",
      models: models.map((model) => ({
        name: model,
        type: "llm",
        provider: "openai",
        endpoint: "https://api.openai.com/v1",
        rateLimits: { requestsPerMinute: 6000, burst },
      })),
      routes: [],
    },
  );
const CLASS = object("AIGatewayClass", { name: "json" }, { adapter: "json" });
const MAX_100 = { rateLimits: { max: { burst: 100 } }, rules: { "rate-limit-bounds": "Deny" } };

test("a policy in Audit counts what it would add, and in Enforce the same as what it asks for", () =>
  statusWorld(
    [namespace("team-a"), CLASS, policy({ mode: "Audit", ...MAX_100 }), gateway("good", 10), gateway("bad", 500)],
    async ({ put, pass, status, registry }) => {
      expect(status("AIGatewayPolicy", "limits")).toMatchObject({
        objects: 2,
        violations: [{ rule: "rate-limit-bounds", action: "Deny", count: 1 }],
        examples: [expect.stringContaining("AIGatewayConfig team-a/bad: spec.models[0].rateLimits.burst: ")],
        approved: { prefixLengths: [] },
      });
      const before = status("AIGatewayPolicy", "limits")["violations"];
      put(policy({ mode: "Enforce", ...MAX_100 }));
      await pass(2000);
      expect(status("AIGatewayPolicy", "limits")["violations"]).toEqual(before);
      expect(await registry.getSingleMetricAsString("gatehouse_violations")).toContain(
        'gatehouse_violations{policy="limits",rule="rate-limit-bounds",action="Deny"} 1',
      );
      put(gateway("bad", 50));
      await pass(2000);
      expect(status("AIGatewayPolicy", "limits")).toMatchObject({ violations: [], examples: [] });
    },
  ));

test("what nothing has changed is not written again, by time or by our own word", () =>
  statusWorld(
    [namespace("team-a"), CLASS, policy({ mode: "Enforce" }), approval(), gateway("main", 10)],
    async (scene) => {
      expect(scene.writes.toSorted()).toEqual([
        "AIGatewayClass json",
        "AIGatewayPolicy limits",
        "ApprovedModel openai",
      ]);
      for (let hour = 0; hour < 48; hour += 1) await scene.pass(3_600_000);
      expect(scene.writes).toHaveLength(3);
    },
  ));

test("a policy counts the objects that come and go", () =>
  statusWorld([namespace("team-a"), policy({ mode: "Enforce" })], async ({ put, remove, pass, status }) => {
    expect(status("AIGatewayPolicy", "limits")["objects"]).toBe(0);
    put(gateway("main", 10));
    await pass(2000);
    expect(status("AIGatewayPolicy", "limits")["objects"]).toBe(1);
    remove("AIGatewayConfig", "team-a/main");
    await pass(2000);
    expect(status("AIGatewayPolicy", "limits")["objects"]).toBe(0);
  }));

test("an approval says how many models it covers, once each, and how long it holds", () =>
  statusWorld(
    [namespace("team-a"), gateway("main", 10, ["gpt-4o", "gpt-4"]), approval({ expiresAt: "2027-01-04T18:00:00Z" })],
    async ({ put, pass, status, writes, told }) => {
      expect(status("ApprovedModel", "openai")).toMatchObject({ usedBy: 2, expiresIn: "3d" });
      put(gateway("other", 10));
      await pass(2000);
      expect(status("ApprovedModel", "openai")).toMatchObject({ usedBy: 3, expiresIn: "3d" });
      const words: unknown[] = [];
      for (let hour = 0; hour < 80; hour += 1) {
        const before = writes.length;
        await pass(3_600_000);
        if (writes.length > before) words.push(status("ApprovedModel", "openai")["expiresIn"]);
      }
      expect(words.slice(0, 4)).toEqual(["2d", "47h", "46h", "45h"]);
      expect(status("ApprovedModel", "openai")).toMatchObject({
        usedBy: 0,
        conditions: [{ type: "Accepted" }, { type: "Expired", status: "True", reason: "Expired" }],
      });
      expect(status("ApprovedModel", "openai")).not.toHaveProperty("expiresIn");
      expect(told.map(({ reason }) => reason)).toEqual(["Expired"]);
    },
  ));

test("what an approval allowed is counted at the instant at which it ends, and in the floor no more", () =>
  statusWorld(
    [
      namespace("team-a"),
      policy({ mode: "Enforce", rules: { "unapproved-model": "Deny" } }),
      approval({ expiresAt: "2027-01-01T13:00:00Z" }),
      gateway("main", 10),
    ],
    async ({ pass, status }) => {
      const prefixes = { prefixes: { gpt: "openai" } };
      expect(status("AIGatewayPolicy", "limits")).toMatchObject({ violations: [], approved: prefixes });
      await pass(3_596_000);
      expect(status("AIGatewayPolicy", "limits")).toMatchObject({ violations: [], approved: prefixes });
      await pass(2000);
      await pass(2000);
      expect(status("AIGatewayPolicy", "limits")).toMatchObject({
        violations: [{ rule: "unapproved-model", action: "Deny", count: 1 }],
        approved: { prefixLengths: [] },
      });
    },
  ));

test("an exception is at its end when its time has come, and the object counts again", () =>
  statusWorld(
    [
      namespace("team-a"),
      policy({
        mode: "Enforce",
        ...MAX_100,
        exceptions: [
          { names: ["bad"], rules: ["rate-limit-bounds"], reason: "migration", expiresAt: "2027-01-01T13:00:00Z" },
        ],
      }),
      gateway("bad", 500),
    ],
    async ({ pass, status }) => {
      const violations = () => status("AIGatewayPolicy", "limits")["violations"];
      expect(violations()).toEqual([]);
      await pass(3_600_000);
      await pass(2000);
      expect(violations()).toEqual([{ rule: "rate-limit-bounds", action: "Deny", count: 1 }]);
    },
  ));

test("a class says who uses it and whether it is the default", () =>
  statusWorld([namespace("team-a"), CLASS, gateway("main", 10)], async ({ put, pass, status }) => {
    expect(status("AIGatewayClass", "json")).toMatchObject({ usedBy: 1, isDefault: false });
    const annotations = { "gateway.example.com/is-default-class": "true" };
    put(object("AIGatewayClass", { name: "json", annotations }, { adapter: "json" }));
    put(gateway("second", 10));
    await pass(2000);
    expect(status("AIGatewayClass", "json")).toMatchObject({ usedBy: 2, isDefault: true });
    put(object("AIGatewayClass", { name: "theirs" }, { adapter: "json", controllerName: "example.com/other" }));
    await pass(2000);
    expect(status("AIGatewayClass", "theirs")).toEqual({});
  }));

test("a class that is being deleted says what it waits for, and nothing is said of one that does not wait", () =>
  statusWorld([namespace("team-a"), CLASS], async ({ put, pass, status, neededBy, told }) => {
    const going = { name: "json", deletionTimestamp: "2027-01-01T12:00:00Z" };
    neededBy.set(
      "json",
      Array.from({ length: 12 }, (_, index) => `team-a/gateway-${index}`),
    );
    put(object("AIGatewayClass", going, { adapter: "json" }));
    await pass(2000);
    expect(status("AIGatewayClass", "json")).toEqual({});
    const waiting = { ...going, finalizers: [CLEANUP_FINALIZER] } as KubernetesObject["metadata"];
    put(object("AIGatewayClass", waiting, { adapter: "json", verify: {} }));
    await pass(2000);
    expect(status("AIGatewayClass", "json")["conditions"]).toEqual([
      expect.objectContaining({ type: "Accepted", status: "True" }),
      expect.objectContaining({ type: "CertificateTrusted", status: "True" }),
      expect.objectContaining({ type: "Terminating", status: "True", reason: "GatewaysToCleanUp" }),
    ]);
    const [event] = told.filter(({ reason }) => reason === "GatewaysToCleanUp");
    expect(event?.note).toMatch(
      /team-a\/gateway-0, .*team-a\/gateway-9 and 2 more: they must be deleted.*skip-cleanup/,
    );
  }));

test("an approval with a fault that nobody judged says what is wrong, and what holds", () =>
  statusWorld([approval({ expiresAt: "soon" })], async ({ status }) => {
    expect(status("ApprovedModel", "openai")).toMatchObject({
      conditions: [{ type: "Accepted", status: "False", reason: "Invalid" }, { type: "Expired" }],
    });
  }));

test("objects beside gateways say what is wrong with them, and what their gateways make of them", () =>
  statusWorld(
    [
      namespace("team-a"),
      policy({ mode: "Enforce", ...MAX_100 }),
      object(
        "ModelConfig",
        { name: "shared", namespace: "team-a" },
        { type: "llm", provider: "openai", model: "gpt-4o", rateLimits: { requestsPerMinute: 6000, burst: 500 } },
      ),
      object(
        "AIRoute",
        { name: "chat", namespace: "team-a" },
        { path: "/chat", targetModel: "a", parentRefs: [{ name: "main" }, { name: "gone" }] },
      ),
      object(
        "PromptTemplate",
        { name: "polite", namespace: "team-a" },
        { messages: [{ role: "system", content: "be polite" }] },
      ),
      object(
        "AIGatewayConfig",
        { name: "main", namespace: "team-a" },
        {
          models: [{ name: "a", modelRef: { name: "shared" } }],
          routes: [{ path: "/a", targetModel: "a", promptTemplateRef: { name: "polite" } }],
        },
      ),
    ],
    async ({ statuses, pass, status }) => {
      expect(status("ModelConfig", "team-a/shared")).toMatchObject({
        usedBy: 1,
        conditions: [
          { type: "Accepted", status: "False", reason: "RateLimitBounds" },
          { type: "ResolvedRefs", status: "True" },
          { type: "Approved", status: "False", reason: "NotApproved" },
        ],
      });
      expect(status("PromptTemplate", "team-a/polite")).toMatchObject({
        usedBy: 1,
        conditions: [{ type: "Accepted", status: "True" }],
      });
      const parents = () => status("AIRoute", "team-a/chat")["parents"];
      expect(parents()).toMatchObject([
        {
          name: "main",
          conditions: [{ type: "Accepted", status: "Unknown", reason: "Pending" }, {}, { status: "False" }],
        },
        { name: "gone", conditions: [{ type: "Accepted", status: "False", reason: "NoMatchingParent" }, {}, {}] },
      ]);
      const part = { kind: "route", owner: { kind: "AIRoute", name: "chat" }, name: "/chat", path: "spec" } as const;
      const programmed = { status: "True", reason: "Programmed" } as const;
      statuses.partReports.take("team-a/main", { programmed, parts: [{ ...part, state: "Good" }] });
      await pass(100);
      expect(parents()).toMatchObject([
        { name: "main", conditions: [{ status: "True" }, { status: "True" }, { type: "Programmed", status: "True" }] },
        { name: "gone" },
      ]);
      const fault = { state: "Quarantined", reason: "Conflicted", message: "AIRoute 'older' has it" } as const;
      statuses.partReports.take("team-a/main", { programmed, parts: [{ ...part, ...fault }] });
      await pass(100);
      expect(parents()).toMatchObject([
        {
          name: "main",
          conditions: [
            {
              type: "Accepted",
              status: "False",
              reason: "Conflicted",
              message: "gateway 'main': AIRoute 'older' has it",
            },
            { type: "ResolvedRefs", status: "True" },
            { type: "Programmed", status: "False", reason: "Conflicted" },
          ],
        },
        { name: "gone" },
      ]);
    },
  ));
