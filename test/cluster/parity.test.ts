import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { denies } from "#review/verdict.ts";
import type { DocumentReport } from "#server/validate-text.ts";
import { causesOf, essence, pathOf, refusedBy, warningsOf } from "../support/api-answer.ts";
import { commandLineReport } from "../support/command-line-report.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { type FactFolder, makeFactFolder } from "../support/gatehouse/fact-folder.ts";
import { installCustomResourceDefinitions, installGatehouse } from "../support/gatehouse/install.ts";
import { type GatehouseProcess, startGatehouse } from "../support/gatehouse/process.ts";
import { generatedFixtures } from "../support/parity/generated-objects.ts";
import { parityFacts } from "../support/parity/parity-facts.ts";
import type { ReviewFixture } from "../support/review-fixture.ts";

const GENERATED = generatedFixtures();

/** Enough to keep both sides busy, and fewer than the API server's share for one user. */
const CONCURRENCY = 8;

const LONGEST_MILLISECONDS = 600_000; // two minutes on an idle machine

/** What every face says of a new object. */
interface Answer {
  readonly denials: readonly string[];
  readonly warnings: readonly string[];
  readonly stored: unknown;
}

describeOnControlPlane("generated objects", (plane) => {
  const stack = new AsyncDisposableStack();
  let facts: FactFolder;
  let standalone: GatehouseProcess;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    for (const name of new Set(GENERATED.map(({ object }) => object.metadata.namespace ?? ""))) {
      await plane.request("POST", "/api/v1/namespaces", { body: { metadata: { name } } }); // perhaps another suite has
    }
    facts = stack.use(await makeFactFolder());
    await facts.write(parityFacts());
    stack.use(await installGatehouse(plane, { objects: facts.directory }));
    const ports = ["--port", "0", "--plain-port", "0"];
    standalone = stack.use(await startGatehouse([["--standalone", "--objects", facts.directory], ports]));
  });

  afterAll(() => stack.disposeAsync());

  /** What the API server answers to `kubectl create --dry-run=server`; undefined for what it could not read. */
  async function admitted({ object }: ReviewFixture): Promise<Answer | undefined> {
    const query = "?dryRun=All&fieldValidation=Ignore";
    const answer = await plane.request("POST", pathOf(object) + query, { body: object });
    const by = refusedBy(answer);
    if (by === "decode") return undefined;
    if (by === "none") return { denials: [], warnings: warningsOf(answer), stored: essence(answer.body) };
    return { denials: by === "webhook" ? causesOf(answer) : [by], warnings: warningsOf(answer), stored: "nothing" };
  }

  async function served({ object }: ReviewFixture): Promise<Answer> {
    const response = await fetch(`${standalone.plain}/v1/validate`, {
      method: "POST",
      // The server ends a connection that was idle, which a busy client learns when it has sent the next request.
      headers: { Connection: "close" },
      body: JSON.stringify(object),
    });
    const { documents } = (await response.json()) as { readonly documents: readonly DocumentReport[] };
    return answerOf(documents[0]);
  }

  test("get one verdict from the API server and from POST /v1/validate", {
    timeout: LONGEST_MILLISECONDS,
  }, async () => {
    const different: object[] = [];
    const counts = { allowed: 0, denied: 0, unread: 0 };
    await forAll(GENERATED, async (fixture) => {
      const [webhook, service] = await Promise.all([admitted(fixture), served(fixture)]);
      counts[webhook ? (webhook.stored === "nothing" ? "denied" : "allowed") : "unread"] += 1;
      if (!(webhook ? isDeepStrictEqual(webhook, service) : service.stored === "nothing"))
        different.push({ name: fixture.name, webhook, service });
    });
    expect(different.slice(0, 3)).toEqual([]);
    // Metadata of the wrong type is refused before anybody is asked; the service denies that too.
    expect(counts.unread).toBeLessThan(GENERATED.length / 10);
    expect(counts.allowed).toBeGreaterThan(GENERATED.length / 5);
    expect(counts.denied).toBeGreaterThan(GENERATED.length / 4);
  });

  test("get the same from gatehouse validate", { timeout: LONGEST_MILLISECONDS }, async () => {
    const different: object[] = [];
    await forAll(GENERATED, async (fixture) => {
      const [report, service] = await Promise.all([
        commandLineReport(fixture.object, facts.directory),
        served(fixture),
      ]);
      const command = answerOf(report);
      if (!isDeepStrictEqual(command, service)) different.push({ name: fixture.name, command, service });
    });
    expect(different.slice(0, 3)).toEqual([]);
  });
});

function answerOf(report: DocumentReport | undefined): Answer {
  if (!report) throw new Error("no verdict");
  const { violations, warnings, unknownFields, allowed, defaulted } = report;
  return {
    denials: firstHundred(violations.filter(denies).map(({ path, message }) => `${path}: ${message}`)),
    warnings: warnings.slice(0, warnings.length - unknownFields.length),
    stored: allowed ? essence(defaulted) : "nothing",
  };
}

/** As many as a denial has causes. */
function firstHundred(denials: readonly string[]): readonly string[] {
  const more = denials.length - 100;
  if (more <= 0) return denials;
  return [...denials.slice(0, 100), `spec: Too many: ${more} more violations are not listed`];
}

/** A few at a time. */
async function forAll<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const entries = items.values();
  const worker = async () => {
    for (const item of entries) await run(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
