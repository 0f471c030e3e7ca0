import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type CelInput, celEnv, isCelError, parse as parseCel, plan } from "@bufbuild/cel";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { askTools } from "../support/gitops/ask-tools.ts";

const ROOT = join(import.meta.dirname, "../..");
const STATUSES = join(ROOT, "test/fixtures/status");
const DOCUMENT = readFileSync(join(ROOT, "docs/gitops.md"), "utf8");
const SCRIPT = block("lua");

/** Whoever sees these must wait, or act. */
const WAITS = new Set(["Applying", "Terminating"]);

// The libraries are built with Go, as the control plane is.
describeOnControlPlane("what GitOps tools make of our statuses", () => {
  test("of every state of a gateway that there is, Argo CD and kstatus say what docs/gitops.md says", async () => {
    const gateways = storedGateways();
    expect(gateways.length).toBeGreaterThan(10);
    const answers = await askTools(SCRIPT, gateways);
    const said = gateways.map(({ phase, metadata }, index) => [metadata.name, phase, answers[index]] as const);
    for (const [name, phase, answer] of said) {
      const health = phase === "Ready" ? "Healthy" : WAITS.has(phase) ? "Progressing" : "Degraded";
      const kstatus = phase === "Ready" ? "Current" : phase === "Terminating" ? "Terminating" : "InProgress";
      expect({ name, phase, ...answer }).toMatchObject({ name, phase, health, kstatus });
    }
    expect(new Set(said.map(([, phase]) => phase)).size).toBe(6);
  });

  describe("and else", () => {
    test.each([
      ["nobody has looked", "AIRoute", undefined, "Progressing"],
      [
        "an older generation was looked at",
        "AIRoute",
        { ...looked("Accepted True Accepted"), observedGeneration: 1 },
        "Progressing",
      ],
      ["it is accepted", "AIRoute", looked("Accepted True Accepted"), "Healthy"],
      ["no gateway has it", "RateLimitPolicy", looked("Accepted True Accepted", "Programmed False NotUsed"), "Healthy"],
      ["its gateway is not there", "AIRoute", looked("Accepted False NoMatchingParent"), "Degraded"],
      ["its gateway has not been put together yet", "AIRoute", looked("Accepted Unknown Pending"), "Progressing"],
      ["it is in force", "ApprovedModel", looked("Accepted True Accepted", "Expired False InForce"), "Healthy"],
      ["it has expired", "ApprovedModel", looked("Accepted True Accepted", "Expired True Expired"), "Degraded"],
      [
        "it was retired on purpose",
        "ApprovedModel",
        looked("Accepted True Accepted", "Expired True Retired"),
        "Healthy",
      ],
      ["a policy has a fault", "AIGatewayPolicy", looked("Accepted False ContradictoryBounds"), "Degraded"],
    ])("%s: %s", async (_what, kind, status, health) => {
      const metadata = { name: "one", generation: 2 };
      const [answer] = await askTools(SCRIPT, [{ apiVersion: API_VERSION, kind, metadata, status }]);
      expect(answer?.health).toBe(health);
    });
  });

  test("Flux's expressions tell what waits, what failed and what is ready", () => {
    const [expressions] = valueAt(parse(block("yaml", "healthCheckExprs")), [
      "spec",
      "healthCheckExprs",
    ]) as readonly Checks[];
    for (const { phase, metadata, status } of storedGateways().filter(({ phase }) => phase !== "Terminating")) {
      const state = ["inProgress", "failed", "current"].find((name) =>
        holds(expressions?.[name] ?? "", { metadata, status }),
      );
      const wanted = phase === "Ready" ? "current" : phase === "Applying" ? "inProgress" : "failed";
      expect([metadata.name, state]).toEqual([metadata.name, wanted]);
    }
    expect(holds(expressions?.["inProgress"] ?? "", { metadata: { generation: 1 }, status: {} })).toBe(true);
  });
});

type Checks = Readonly<Record<string, string>>;

/** The code block of docs/gitops.md in a language, with a word in it. */
function block(language: string, word = ""): string {
  const blocks = [...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))];
  const found = blocks.map(([, text = ""]) => text).find((text) => text.includes(word));
  if (found === undefined) throw new Error(`docs/gitops.md has no ${language} with ${word}`);
  return found;
}

/** A gateway in each state that the controller can say, as the status suite holds them. */
function storedGateways() {
  return globSync("*.golden.yaml", { cwd: STATUSES })
    .sort()
    .map((file) => {
      const { status } = parse(readFileSync(join(STATUSES, file), "utf8")) as { readonly status: Status };
      const name = basename(file, ".golden.yaml");
      const { phase, observedGeneration: generation } = status;
      const deleted = phase === "Terminating" ? { deletionTimestamp: "2027-01-01T00:00:00Z" } : {};
      return {
        apiVersion: API_VERSION,
        kind: "AIGatewayConfig",
        metadata: { name, generation, ...deleted },
        status,
        phase,
      };
    });
}

/** The status of an object of generation 2, with conditions as `Type Status Reason`. */
function looked(...all: readonly string[]) {
  const conditions = all.map((words) => {
    const [type, status, reason] = words.split(" ");
    return { type, status, reason, message: "why" };
  });
  return { observedGeneration: 2, conditions };
}

interface Status {
  readonly phase: string;
  readonly observedGeneration: number;
}

function holds(expression: string, object: object): boolean {
  const planned = plan(celEnv(), parseCel(expression));
  const result = planned(withBigIntegers(object) as Record<string, CelInput>);
  if (isCelError(result)) throw new Error(expression, { cause: result });
  return result === true;
}

/** CEL's integers are what JSON's whole numbers become. */
function withBigIntegers(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(withBigIntegers);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBigIntegers(inner)]));
}
