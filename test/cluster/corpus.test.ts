import fastJsonPatch from "fast-json-patch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { AddOperation } from "#api/admission-review.ts";
import { valueAt } from "#api/field-path.ts";
import { API_VERSION } from "#api/kind.ts";
import { KINDS } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { completedBySchema } from "#review/schema-completion.ts";
import { denies } from "#review/verdict.ts";
import type { DocumentReport } from "#server/validate-text.ts";
import { causesOf, essence, floorOf, pathOf, refusedBy, warningsOf } from "../support/api-answer.ts";
import { commandLineReport } from "../support/command-line-report.ts";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import type { ApiResponse } from "../support/control-plane/request.ts";
import { deniesBy, floorShare } from "../support/floor-share.ts";
import { makeFactFolder } from "../support/gatehouse/fact-folder.ts";
import { type InstalledFloor, installFloor } from "../support/gatehouse/floor.ts";
import {
  type InstalledGatehouse,
  installCustomResourceDefinitions,
  installGatehouse,
} from "../support/gatehouse/install.ts";
import { type GatehouseProcess, startGatehouse } from "../support/gatehouse/process.ts";
import { FIXTURE_NOW, goldenOf, kindOf, type ReviewFixture, reviewFixtures } from "../support/review-fixture.ts";
import { storeFromBefore } from "../support/stored-before.ts";

const FIXTURES = reviewFixtures();
const UPDATES = FIXTURES.flatMap(({ old }) => old ?? []);

describeOnControlPlane("the review corpus", (plane) => {
  const stack = new AsyncDisposableStack();
  let facts: Awaited<ReturnType<typeof makeFactFolder>>;
  let gatehouse: InstalledGatehouse;
  let standalone: GatehouseProcess;
  let floor: InstalledFloor;

  beforeAll(async () => {
    await installCustomResourceDefinitions(plane);
    for (const name of namespacesOf(FIXTURES)) await ensureNamespace(name);
    for (const kind of KINDS) {
      const ofKind = UPDATES.filter((object) => object.kind === kind.kind);
      await storeFromBefore(plane, kind, ofKind);
    }
    facts = stack.use(await makeFactFolder());
    gatehouse = stack.use(await installGatehouse(plane, { objects: facts.directory }));
    facts.readBy(() => gatehouse.deployment.outputs());
    const ports = ["--port", "0", "--plain-port", "0"];
    standalone = stack.use(await startGatehouse([["--standalone", "--objects", facts.directory], ports]));
    facts.readBy(() => [standalone.output()]);
  });

  afterAll(async () => {
    await stack.disposeAsync();
    for (const object of UPDATES) await plane.request("DELETE", pathOf(object, object.metadata.name));
  });

  async function ensureNamespace(name: string): Promise<void> {
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    const { status } = await plane.request("POST", "/api/v1/namespaces", { body });
    expect([201, 409]).toContain(status);
  }

  /** What kubectl would ask, as `--dry-run=server`. */
  async function submit({ object, old, operation }: ReviewFixture): Promise<ApiResponse> {
    if (operation === "DELETE") return plane.request("DELETE", `${pathOf(object, object.metadata.name)}?dryRun=All`);
    const query = "?dryRun=All&fieldValidation=Strict";
    if (!old) return plane.request("POST", pathOf(object) + query, { body: object });
    const path = pathOf(old, old.metadata.name);
    const resourceVersion = valueAt((await plane.request("GET", path)).body, ["metadata", "resourceVersion"]);
    const body = { ...object, metadata: { ...object.metadata, resourceVersion } };
    return plane.request("PUT", path + query, { body });
  }

  async function validate({ object }: ReviewFixture): Promise<DocumentReport> {
    const response = await fetch(`${standalone.plain}/v1/validate`, { method: "POST", body: JSON.stringify(object) });
    const { documents } = (await response.json()) as { documents: readonly [DocumentReport] };
    return documents[0];
  }

  describe.each(groupsOf(FIXTURES))("under the facts $title", ({ fixtures }) => {
    beforeAll(() => facts.write(fixtures[0]?.facts ?? []));

    test.each(fixtures)("the API server answers $name as the golden file says", async (fixture) => {
      expect(answered(fixture, await submit(fixture))).toEqual(expectedOf(fixture));
    });

    test.each(fixtures.filter(({ operation }) => operation === "CREATE"))(
      "POST /v1/validate and gatehouse validate answer $name alike",
      async (fixture) => {
        const { denials, warnings, unknownFields = [] } = goldenOf(fixture);
        const report = await validate(fixture);
        const policies = fixture.facts.length > 0 ? facts.directory : undefined;
        const command = await commandLineReport(fixture.object, policies);
        for (const field of ["allowed", "violations", "warnings", "unknownFields", "defaulted"] as const)
          expect({ [field]: command[field] }).toMatchObject({ [field]: report[field] });
        expect({
          denials: report.violations.filter(denies).map(({ path, message }) => `${path}: ${message}`),
          warnings: report.warnings.filter(
            (warning) => !warning.startsWith("unknown field") && !/\(probable-typo\b/.test(warning),
          ),
          unknownFields: [
            ...report.unknownFields,
            ...report.violations.filter(({ rule }) => rule === "probable-typo").map(({ path }) => path),
          ],
          stored: report.allowed ? essence(report.defaulted) : "nothing",
        }).toEqual({ denials, warnings, unknownFields, stored: denials.length === 0 ? storedOf(fixture) : "nothing" });
      },
    );
  });

  describe("with our server stopped", () => {
    beforeAll(() => gatehouse.deployment.stop());

    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it asks this plane
    const isStopped = async (fixture: ReviewFixture) => {
      const answer = await submit(fixture);
      const floor = floorOf(answer);
      const isStricter = floor === "vap" && !deniesBy(goldenOf(fixture), floorRuleOf(answer));
      expect({ floor, isStricter, answer }).toMatchObject({ floor: fixture.floor, isStricter: false });
    };

    test.each(FIXTURES.filter(isOfPlatform))("$name is stopped by: $floor", isStopped);

    describe("and the admission floor in force", () => {
      beforeAll(async () => {
        // Stored policies would be asked, whatever the case.
        for (const object of UPDATES.filter(isPolicy))
          await plane.request("DELETE", pathOf(object, object.metadata.name));
        floor = stack.use(await installFloor(plane));
      });

      const judged = FIXTURES.filter((fixture) => !isOfPlatform(fixture));

      describe.each(groupsOf(judged))("under the facts $title", ({ fixtures }) => {
        beforeAll(() => floor.write(floorFacts(fixtures), FIXTURE_NOW));

        test.each(fixtures)("$name is stopped by: $floor", isStopped);
      });
    });
  });

  test("so much of what is denied the floor alone denies", async () => {
    await expect(stringify(floorShare(FIXTURES.map(goldenOf)))).toMatchFileSnapshot(
      "../fixtures/floor-share.golden.yaml",
    );
  });
});

/** Cases with the same facts follow one another, since to change the facts takes longest. */
function groupsOf(fixtures: readonly ReviewFixture[]) {
  const groups = Map.groupBy(fixtures, ({ facts }) => JSON.stringify(facts)).values();
  return Array.from(groups, (group) => ({
    fixtures: group,
    title: group[0]?.facts.length ? `of ${group[0].name}` : "of nobody",
  }));
}

function namespacesOf(fixtures: readonly ReviewFixture[]): ReadonlySet<string> {
  const objects = fixtures.flatMap(({ facts, object }) => [...facts, object]);
  return new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
}

/** What the golden file lets the API server answer. */
function expectedOf(fixture: ReviewFixture): object {
  const { refusedBy, denials, warnings, unknownFields = [] } = goldenOf(fixture);
  if (refusedBy === "decode") return { refusedBy, unknownFields };
  if (refusedBy === "cel") return { refusedBy };
  return { refusedBy, denials, warnings, stored: isStored(fixture, refusedBy) ? storedOf(fixture) : "nothing" };
}

/** What it did answer. */
function answered(fixture: ReviewFixture, answer: ApiResponse): object {
  const by = refusedBy(answer);
  const text = String(valueAt(answer.body, ["message"]));
  if (by === "decode") return { refusedBy: by, unknownFields: fieldsNamedIn(text) };
  if (by === "cel") return { refusedBy: by };
  const stored = isStored(fixture, by) ? essence(answer.body) : "nothing";
  return { refusedBy: by, denials: causesOf(answer), warnings: warningsOf(answer), stored };
}

function isStored({ operation }: ReviewFixture, refusedBy: string): boolean {
  return refusedBy === "none" && operation !== "DELETE";
}

function fieldsNamedIn(message: string): readonly string[] {
  return Array.from(message.matchAll(/unknown field "([^"]+)"/g), ([, field = ""]) => field);
}

/** The rule that the admission floor names. */
function floorRuleOf({ body }: ApiResponse): string {
  return /\(([a-z-]+)(?:, policy \S+)?\)$/.exec(String(valueAt(body, ["message"])))?.[1] ?? "none";
}

function isOfPlatform({ object }: ReviewFixture): boolean {
  return object.metadata.namespace === undefined;
}

function isPolicy({ kind }: KubernetesObject): boolean {
  return kind === "AIGatewayPolicy";
}

const SILENT = {
  apiVersion: API_VERSION,
  kind: "AIGatewayPolicy",
  metadata: { name: "silent" },
  spec: { mode: "Enforce" },
};

/**
 * With the namespaces that the objects are in, whose labels are none where the facts
 * name none; and a policy that says nothing, since without any there is no floor.
 */
function floorFacts(fixtures: readonly ReviewFixture[]): readonly KubernetesObject[] {
  const facts = fixtures[0]?.facts ?? [];
  const known = new Set(facts.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
  const others = Array.from(namespacesOf(fixtures)).filter((name) => !known.has(name));
  return [...facts, SILENT, ...others.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }))];
}

/** The object with the defaults of its golden file, and those of the schema before and after. */
function storedOf(fixture: ReviewFixture): unknown {
  const { object } = completedBySchema(kindOf(fixture), structuredClone(fixture.object));
  const operations = goldenOf(fixture).operations.map((operation): AddOperation => ({ op: "add", ...operation }));
  return essence(completedBySchema(kindOf(fixture), fastJsonPatch.applyPatch(object, operations).newDocument).object);
}
