import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { ControllerScene } from "../support/gatehouse/controller-scene.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";

vi.setConfig({ testTimeout: 60_000 });

const NAME = "status-suite";
const MAX_100 = { rateLimits: { max: { burst: 100 } } };

describeOnControlPlane(
  "statuses, as the chart installs it",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let scene: ControllerScene;

    const policy = (mode: string, more: object = MAX_100) => {
      const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": plane.namespace } };
      return object("AIGatewayPolicy", NAME, { mode, namespaceSelector, ...more });
    };
    const gateway = (name: string, burst: number) => {
      const rateLimits = { requestsPerMinute: 6000, burst };
      const models = [
        { name: "status-gpt", type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1", rateLimits },
      ];
      return object("AIGatewayConfig", name, { gatewayClassName: NAME, models, routes: [] }, plane.namespace);
    };
    const statusOf = async (path: string): Promise<Status> => {
      const { body } = await plane.request("GET", `/apis/${API_VERSION}/${path}`);
      return (body as { status?: Status }).status ?? {};
    };
    const policyStatus = () => statusOf(`aigatewaypolicies/${NAME}`);
    const versions = (): Promise<readonly unknown[]> => {
      const inNamespace = `namespaces/${plane.namespace}`;
      const paths = [
        `aigatewayclasses/${NAME}`,
        `aigatewaypolicies/${NAME}`,
        `approvedmodels/${NAME}`,
        `${inNamespace}/aigatewayconfigs/shown`,
        `${inNamespace}/modelconfigs/shared`,
        `${inNamespace}/airoutes/chat`,
      ];
      return Promise.all(
        paths.map(async (path) => {
          const { body } = await plane.request("GET", `/apis/${API_VERSION}/${path}`);
          return (body as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
        }),
      );
    };

    beforeAll(async () => {
      await installCustomResourceDefinitions(plane);
      scene = new ControllerScene(plane);
      await scene.put(object("AIGatewayClass", NAME, { adapter: "json" }));
      stack.defer(() => scene.remove("AIGatewayClass", NAME)); // when nobody is there any more to ask who uses it
      stack.use(await installGatehouse(plane, { replicas: 1, values: { "secretNamespaces[0]": plane.namespace } }));
      for (const kind of ["AIGatewayPolicy", "ApprovedModel"]) stack.defer(() => scene.remove(kind, NAME));
    }, 120_000);

    afterAll(() => stack.disposeAsync());

    test("kubectl waits for a gateway, shows it in a line, and describes what happened", async () => {
      await scene.put(gateway("shown", 10));
      await scene.kubectl("wait", "--for=condition=Ready", "aigw/shown", "--timeout=20s");
      const line = await scene.kubectl("get", "aigw", "shown", "--no-headers");
      expect(line.split(/\s{2,}/).slice(0, 5)).toEqual(["shown", NAME, "Ready", '["status-gpt"]', "True"]);
      await poll("kubectl describe shows the event", async () =>
        /Normal\s+DeliveredNotVerified/.test(await scene.kubectl("describe", "aigw", "shown")),
      );
    });

    test("a policy in Audit counts what it would add; in Enforce it counts the same, and the gateway says what is wrong", async () => {
      await scene.put(gateway("lavish", 500));
      await scene.put(policy("Audit"));
      const audit = await becomes("the policy counts", policyStatus, ({ violations = [] }) => violations.length > 0);
      expect(audit.violations).toEqual([{ rule: "rate-limit-bounds", action: "Deny", count: 1 }]);
      expect(audit.examples?.[0]).toContain(
        `AIGatewayConfig ${plane.namespace}/lavish: spec.models[0].rateLimits.burst`,
      );
      expect(audit).toMatchObject({ deniedByDefault: expect.arrayContaining(["rate-limit-bounds"]) as unknown });
      await scene.put(policy("Enforce"));
      const enforced = await becomes(
        "it speaks of the new generation",
        policyStatus,
        (status) => status.observedGeneration === 2,
      );
      expect(enforced.violations).toEqual(audit.violations);
      await scene.reaches("lavish", { Ready: "False" });
      await scene.kubectl("delete", "aigw", "lavish");
      await becomes("nothing is counted any more", policyStatus, ({ violations = [] }) => violations.length === 0);
    });

    test("an approval that ends is told at its instant, by itself and by those whom it concerned", async () => {
      await scene.put(gateway("expiring", 10));
      const expiresAt = new Date(Date.now() + 12_000).toISOString();
      const lifecycle = { state: "Approved", approvedBy: "us", ticket: "T-1", expiresAt };
      await scene.put(object("ApprovedModel", NAME, { provider: "openai", models: ["status-gpt"], lifecycle }));
      await scene.put(policy("Enforce", { rules: { "unapproved-model": "Deny" } }));
      const approvalStatus = () => statusOf(`approvedmodels/${NAME}`);
      await becomes("the approval is used", approvalStatus, ({ usedBy = 0 }) => usedBy >= 1);
      await scene.reaches("expiring", { Approved: "True", Ready: "True" });
      await becomes(
        "the floor knows the approval",
        policyStatus,
        ({ approved }) => approved?.exact?.["status-gpt"] === NAME,
      );
      await becomes("it has ended", approvalStatus, ({ conditions = [] }) => is(conditions, "Expired", "True"));
      expect(Date.now() - Date.parse(expiresAt)).toBeLessThan(5000);
      await becomes("the policy counts", policyStatus, ({ violations = [] }) =>
        violations.some(({ rule }) => rule === "unapproved-model"),
      );
      await becomes(
        "the floor knows it no more",
        policyStatus,
        ({ approved }) => approved?.exact?.["status-gpt"] === undefined,
      );
      const status = await scene.reaches("expiring", { Approved: "False" });
      expect(status.conditions?.find(({ type }) => type === "Approved")?.reason).toBe("ApprovalExpired");
      expect(status.appliedModels).toEqual(["status-gpt"]);
      expect((await approvalStatus()).usedBy).toBe(0);
    });

    test("objects beside gateways say who uses them and what is missing", async () => {
      const { namespace } = plane;
      const model = { type: "llm", provider: "openai", endpoint: "https://api.openai.com/v1" };
      const rateLimits = { requestsPerMinute: 60, burst: 10 };
      await scene.put(policy("Audit", {}));
      await scene.put(object("ModelConfig", "shared", { ...model, model: "gpt-4o", rateLimits }, namespace));
      await scene.put(
        object(
          "AIRoute",
          "chat",
          { path: "/chat", targetModel: "gpt", parentRefs: [{ name: "parts" }, { name: "gone" }] },
          namespace,
        ),
      );
      const models = [{ name: "gpt", modelRef: { name: "shared" } }];
      await scene.put(object("AIGatewayConfig", "parts", { gatewayClassName: NAME, models, routes: [] }, namespace));
      await scene.reaches("parts", { Ready: "True" });
      const path = `namespaces/${namespace}`;
      const shared = await becomes(
        "the model is used",
        () => statusOf(`${path}/modelconfigs/shared`),
        ({ usedBy }) => usedBy === 1,
      );
      expect(is(shared.conditions ?? [], "Accepted", "True")).toBe(true);
      const route = await becomes(
        "the route runs",
        () => statusOf(`${path}/airoutes/chat`),
        ({ parents = [] }) =>
          parents.some(({ name, conditions }) => name === "parts" && is(conditions, "Programmed", "True")),
      );
      expect(route.parents?.find(({ name }) => name === "gone")?.conditions[0]).toMatchObject({
        type: "Accepted",
        status: "False",
        reason: "NoMatchingParent",
      });
    });

    test("templates, limits and integrations are told that they are accepted", async () => {
      const targetRefs = [{ kind: "AIGatewayConfig", name: "parts" }];
      const limits = [{ requests: 100, window: "1m", key: "Header", header: "x-tenant" }];
      const messages = [{ role: "user", content: "Answer {{question}}" }];
      const specs = {
        PromptTemplate: { variables: [{ name: "question" }], messages },
        RateLimitPolicy: { targetRefs, limits },
        IntegrationConfig: { type: "observability", provider: "otlp", endpoint: "https://otlp.example/v1/traces" },
      };
      for (const [kind, spec] of Object.entries(specs)) await scene.put(object(kind, "beside", spec, plane.namespace));
      for (const plural of ["prompttemplates", "ratelimitpolicies", "integrationconfigs"])
        await becomes(
          `one of ${plural} is accepted`,
          () => statusOf(`namespaces/${plane.namespace}/${plural}/beside`),
          (status) => JSON.stringify(status).includes('"type":"Accepted"'),
        );
    });

    test("what was told goes when there is nothing of the kind any more", async () => {
      const { namespace } = plane;
      const [gateways, routes] = ["aigatewayconfigs", "airoutes"].map((kind) => `namespaces/${namespace}/${kind}`);
      await scene.put(object("AIGatewayConfig", "emptied", gateway("emptied", 10).spec, namespace));
      await scene.put(
        object("AIRoute", "emptied", { path: "/e", targetModel: "gpt", parentRefs: [{ name: "gone" }] }, namespace),
      );
      await becomes(
        "the gateway has a model",
        () => statusOf(`${gateways}/emptied`),
        ({ models }) => models !== undefined,
      );
      await becomes(
        "the route has a parent",
        () => statusOf(`${routes}/emptied`),
        ({ parents }) => parents !== undefined,
      );
      await becomes("rules deny by default", policyStatus, ({ deniedByDefault }) => deniedByDefault !== undefined);
      const rules = { "rate-limit-bounds": "Warn", "plaintext-endpoint": "Warn", "forbidden-endpoint": "Warn" };
      await scene.put(policy("Audit", { rules }));
      await scene.patch("emptied", { spec: { models: [] } }); // an apply of nothing would be a null here, too
      await scene.put(object("AIRoute", "emptied", { path: "/e", targetModel: "gpt" }, namespace));
      await becomes(
        "the gateway has none",
        () => statusOf(`${gateways}/emptied`),
        ({ models }) => models === undefined,
      );
      await becomes(
        "the route has none",
        () => statusOf(`${routes}/emptied`),
        ({ parents }) => parents === undefined,
      );
      await becomes("no rule denies by default", policyStatus, ({ deniedByDefault }) => deniedByDefault === undefined);
    });

    test("a status that is right is not written again", async () => {
      await scene.kubectl("annotate", "aigw", "shown", "example.com/touched=yes");
      await scene.put(gateway("bystander", 10));
      await scene.reaches("bystander", { Ready: "True" });
      const before = await poll("nothing is written for two seconds", async () => {
        const first = await versions();
        await setTimeout(2000);
        return isDeepStrictEqual(first, await versions()) && first;
      });
      expect(before).not.toContain(undefined);
      await scene.kubectl("label", "aigw", "bystander", "example.com/label=new");
      await scene.put(gateway("bystander", 20));
      await scene.reaches("bystander", { Ready: "True" });
      await setTimeout(2000); // twice what counts wait for
      expect(await versions()).toEqual(before);
    });
  },
  { certManager: true },
);

function object(kind: string, name: string, spec: object, namespace?: string) {
  return { apiVersion: API_VERSION, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, spec };
}

interface Status {
  readonly observedGeneration?: number;
  readonly objects?: number;
  readonly usedBy?: number;
  readonly violations?: readonly { readonly rule: string; readonly action: string; readonly count: number }[];
  readonly examples?: readonly string[];
  readonly approved?: { readonly exact?: Readonly<Record<string, string>> };
  readonly deniedByDefault?: readonly string[];
  readonly models?: readonly unknown[];
  readonly conditions?: readonly Word[];
  readonly parents?: readonly { readonly name: string; readonly conditions: readonly Word[] }[];
}

interface Word {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/** The status once it is as it should be. */
async function becomes(what: string, read: () => Promise<Status>, isSo: (status: Status) => boolean): Promise<Status> {
  let last: Status = {};
  try {
    await poll(what, async () => isSo((last = await read())), { within: 20_000 });
  } catch (error) {
    throw new Error(`${what}: ${JSON.stringify(last)}`, { cause: error });
  }
  return last;
}

function is(conditions: readonly Word[], type: string, status: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === status);
}
