import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { valueAt } from "#api/field-path.ts";
import { codeBlocks } from "../repository/code-blocks.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";
import { openShell, type Shell } from "../support/gatehouse/shell.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = await readFile(join(ROOT, "docs/operations.md"), "utf8");

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

describeOnOwnControlPlane(
  "docs/operations.md, as it stands",
  (plane) => {
    const stack = new AsyncDisposableStack();
    const commands = blocksBySection(PAGE);
    let release: HelmRelease;
    let shell: Shell;

    beforeAll(async () => {
      release = stack.use(await HelmRelease.prepare(plane(), { namespace: "gatehouse-system" }));
      await release.install({ values: { floor: { enabled: true } } });
      await plane().kubectl(["apply", "--server-side", "-f", join(ROOT, "examples/objects")]);
      shell = stack.use(await openShell(plane()));
      await normal();
    });
    afterAll(() => stack.disposeAsync());

    /** Runs the block of a section; the first one helps, the last one is the way back. */
    const follow = async (section: string, which: "first" | "last") => {
      const script = commands.get(section)?.at(which === "first" ? 0 : -1);
      if (script === undefined) throw new Error(`the page has no commands under "${section}"`);
      return shell.run(script);
    };

    /** What becomes of a dry-run creation: denials and warnings in one text, and whether it was given a class. */
    const attempt = async (model: object): Promise<Attempt> => {
      const models = [
        { name: "chat", type: "llm", model: "gpt-4o-mini", endpoint: "https://api.openai.com/v1", ...model },
      ];
      const spec = { models, routes: [{ path: "/chat", targetModel: "chat" }] };
      const body = { apiVersion: "gateway.example.com/v1", kind: "AIGatewayConfig", metadata: { name: "tried" }, spec };
      const path = "/apis/gateway.example.com/v1/namespaces/default/aigatewayconfigs?dryRun=All";
      const answer = await plane().request("POST", path, { body });
      return {
        status: answer.status,
        said: [valueAt(answer.body, ["message"]) as string | undefined, ...answer.warnings].join("\n"),
        isDefaulted: valueAt(answer.body, ["spec", "gatewayClassName"]) === "default",
      };
    };

    const becomes = async (model: object, expected: Partial<Attempt> & { says?: string }) => {
      let last: Attempt | undefined;
      await poll(JSON.stringify(expected), async () => {
        last = await attempt(model);
        const { says = "", ...rest } = expected;
        return last.said.includes(says) && Object.entries(rest).every(([key, value]) => valueAt(last, [key]) === value);
      }).catch((cause: unknown) => {
        throw new Error(`it was: ${JSON.stringify(last)}`, { cause });
      });
    };

    /** Beyond the policy, so that the floor denies it, too. */
    const FAST = { rateLimits: { burst: 5000 } };
    /** Beyond the approval, of which the floor knows nothing. */
    const FASTER_THAN_APPROVED = { rateLimits: { requestsPerMinute: 4000 } };
    const METADATA = { endpoint: "http://169.254.169.254/v1" };

    const normal = async () => {
      await becomes(FAST, { status: 422, says: "(rate-limit-bounds, policy platform-defaults)" });
      await becomes(FASTER_THAN_APPROVED, { status: 422, says: "(rate-limit-bounds, approval openai-gpt-4o)" });
      await becomes({}, { status: 201, isDefaulted: true });
    };

    test("level 1 has one rule warn, and no other", async () => {
      await follow("1. One rule only warns", "first");
      await becomes(FAST, { status: 201, says: "(rate-limit-bounds, policy platform-defaults)" });
      await becomes(METADATA, { status: 422, says: "(forbidden-endpoint" });
      await follow("1. One rule only warns", "last");
      await normal();
    });

    test("level 2 has one policy deny nothing, and leaves the rules that need none", async () => {
      await follow("2. One policy only counts", "first");
      await becomes(FAST, { status: 201 });
      expect((await attempt(FAST)).said).not.toContain("platform-defaults");
      await becomes(METADATA, { status: 422, says: "(forbidden-endpoint" });
      await follow("2. One policy only counts", "last");
      await normal();
    });

    test("level 3 lets pass what nobody can judge, while what can be judged is denied", async () => {
      const section = "3. What nobody can judge is stored";
      await follow(section, "first");
      await becomes(FASTER_THAN_APPROVED, { status: 422, says: "(rate-limit-bounds, approval openai-gpt-4o)" });
      await release.deployment.stop();
      await becomes(FASTER_THAN_APPROVED, { status: 201, isDefaulted: false });
      const again = await follow("4. Nothing is denied", "last").catch((error: unknown) => String(error));
      expect(again).toContain("conflict"); // as the page says of the next upgrade
      await follow(section, "last");
      await becomes({}, { status: 500, says: 'failed calling webhook "verdict.gateway.example.com"' });
      await release.deployment.start();
      await normal();
    });

    test("level 4 denies nothing but what the floor does, and gives defaults", async () => {
      await follow("4. Nothing is denied", "first");
      await becomes(FASTER_THAN_APPROVED, { status: 201, isDefaulted: true });
      await becomes(FAST, { status: 422, says: "gatehouse-floor-aigatewayconfigs" });
      await follow("4. Nothing is denied", "last");
      await normal();
    });

    test("level 5 denies and adds nothing at all", async () => {
      await follow("5. No webhook, and no floor", "first");
      await becomes(FAST, { status: 201, isDefaulted: false });
      await becomes(FASTER_THAN_APPROVED, { status: 201, isDefaulted: false });
      await follow("5. No webhook, and no floor", "last");
      await normal();
      await becomes(FAST, { status: 422, says: "gatehouse-floor-aigatewayconfigs" });
    });

    test("the controller stops, and admission goes on", async () => {
      const section = "Gatehouse delivers what it should not";
      await follow(section, "first");
      await release.deployment.settled(2);
      expect(await argumentsOfPods()).toContain("--without-controller");
      await normal();
      await follow(section, "last");
      await release.deployment.settled(2);
      expect(await argumentsOfPods()).not.toContain("--without-controller");
    });

    const argumentsOfPods = async () => {
      const path = "jsonpath={.items[*].spec.containers[*].args}";
      return (await plane().kubectl(["get", "pods", "--namespace=gatehouse-system", "-o", path])).stdout;
    };

    test("the chart's own test passes where the floor denies what it can, as policies for every namespace say", async () => {
      const rules = {
        "unapproved-model": "Deny",
        "rate-limit-bounds": "Deny",
        "plaintext-endpoint": "Deny",
        "forbidden-endpoint": "Deny",
      };
      const endpoints = { allowHTTP: false, allowPrivate: false, allowedHosts: ["models.example.com"] };
      const spec = { mode: "Enforce", rules, endpoints };
      const policy = {
        apiVersion: "gateway.example.com/v1",
        kind: "AIGatewayPolicy",
        metadata: { name: "strict" },
        spec,
      };
      await plane().kubectl(["create", "-f", "-"], { input: JSON.stringify(policy) });
      const unapproved = { model: "of-nobody" };
      await becomes(unapproved, { status: 422, says: "ValidatingAdmissionPolicy 'gatehouse-floor-aigatewayconfigs'" });
      expect((await attempt(unapproved)).said).toContain("(unapproved-model, policy strict)");
      expect((await release.test({ flags: ["--logs"] })).stdout).toContain("probe: a bad AIGatewayConfig is denied: ");
      await plane().kubectl(["delete", "aigatewaypolicy", "strict"]);
      await normal();
    });

    test("the number of servers is left to whoever scales them", async () => {
      const upgrade = () => follow("5. No webhook, and no floor", "last");
      await release.deployment.scale(3);
      const refused = await upgrade().catch((error: unknown) => String(error));
      expect(refused).toMatch(/conflict.*\.spec\.replicas/s); // as the page says
      await follow("How many servers", "first");
      await upgrade();
      await release.deployment.settled(3);
    });

    test("what is to be looked at while it is away is there", async () => {
      const seen = await follow("Gatehouse is away", "first");
      expect(seen).toMatch(/^NAME +READY/m);
      expect(seen).toContain('"msg":"ready"');
      expect(seen).toMatch(/certificate\S*\/gatehouse\b/);
    });

    test("what is backed up is stored again as it was", async () => {
      const good = await readFile(join(ROOT, "examples/good-config.yaml"), "utf8");
      const input = good.replace("namespace: team-chat", "namespace: default");
      await plane().kubectl(["create", "-f", "-"], { input });
      const read = () => shell.run(`kubectl get ${KINDS} --all-namespaces --output=jsonpath='{.items[*].spec}'`);
      const before = await read();
      await follow("Backup", "first");
      await shell.run("kubectl delete --filename=objects.yaml && kubectl delete --filename=policies.yaml");
      expect(await read()).toBe("");
      await follow("Backup", "last");
      expect(await read()).toBe(before);
      await normal();
    });
  },
  { certManager: true },
);

const KINDS = "aigatewayclasses,approvedmodels,aigatewaypolicies,aigatewayconfigs";

interface Attempt {
  readonly status: number;
  readonly said: string;
  readonly isDefaulted: boolean;
}

/** The `sh` blocks of each section, by its heading. */
function blocksBySection(page: string): ReadonlyMap<string, readonly string[]> {
  const sections = page.split(/^#+ /m).map((section) => {
    const [heading = ""] = section.split("\n", 1);
    const blocks = codeBlocks(section).filter(({ language }) => language === "sh");
    return [heading, blocks.map(({ text }) => text)] as const;
  });
  return new Map(sections);
}
