import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePath, type RelativePath, valueAt } from "#api/field-path.ts";
import { kindByName } from "#api/kinds.ts";
import { FIXTURE_NOW, lookupOf, type ReviewFixture, reviewFixtures } from "../../test/support/review-fixture.ts";
import { canonical } from "./canonical.ts";
import { type Circumstances, findAll } from "./judge.ts";
import type { GovernedObject, Part, Parts } from "./part.ts";
import { takeApart } from "./parts.ts";
import { excused, type FoundBy } from "./ratchet.ts";
import type { Finding } from "./rule.ts";
import { RULES } from "./rules.ts";
import { shapeFaults } from "./shape.ts";

// The corpus is every fixture, and the rules are the whole list: a rule that is
// added later is covered by its fixture.
const CORPUS = reviewFixtures().filter(({ object }) => faultsOfShape(object) === 0);
const fixture = fc.constantFrom(...CORPUS);

const LISTS = ["models", "routes", "policies"] as const;

describe("an old fault is excused", () => {
  test("when nothing changes", () => {
    for (const each of CORPUS) expect(newFaults(each, each.object, each.object)).toEqual([]);
  });

  test("when items are reordered", () => {
    const reordered = fc.tuple(fixture, fc.infiniteStream(fc.nat())).map(([each, random]) => {
      return { each, object: edited(each.object, (items) => shuffled(items, random)) };
    });
    fc.assert(
      fc.property(reordered, ({ each, object }) => {
        expect(newFaults(each, object, each.object).filter(({ finding }) => !finding.advice)).toEqual([]);
      }),
    );
  });

  test("when other items are inserted", () => {
    fc.assert(
      fc.property(fixture, fc.nat(), (each, position) => {
        expect(unjustlyNew(each, withInnocents(each.object, position), each.object)).toEqual([]);
      }),
    );
  });

  test("when other items are removed", () => {
    fc.assert(
      fc.property(fixture, fc.constantFrom(...LISTS), fc.nat(), (each, list, index) => {
        const object = edited(each.object, (items, name) =>
          name === list ? items.toSpliced(index % Math.max(items.length, 1), 1) : items,
        );
        expect(unjustlyNew(each, object, each.object)).toEqual([]);
      }),
    );
  });

  test("when labels and annotations change", () => {
    for (const each of CORPUS) {
      const labels = { ...each.object.metadata.labels, added: "label" };
      const object = { ...each.object, metadata: { ...each.object.metadata, labels, annotations: { added: "too" } } };
      expect(newFaults(each, object, each.object)).toEqual([]);
    }
  });
});

describe("an old fault is not excused", () => {
  test("when any field changes on which it rests", () => {
    let changes = 0;
    for (const each of CORPUS) {
      for (const { rule, finding } of faultsOf(each, each.object)) {
        for (const read of finding.read) {
          const object = withChange(each.object, locationOf(finding.part, read));
          if (!object || faultsOfShape(object) > 0) continue;
          const same = (other: FoundBy) =>
            other.rule === rule && sameItem(other.finding, finding) && reads(other.finding, read);
          const before = faultsOf(each, each.object);
          const now = faultsOf(each, object).filter(same);
          const forgiven = excused(now, before);
          expect(
            now.filter((found) => forgiven.has(found)).map(shown),
            `${each.name}: ${rule} after ${read.join(".")}`,
          ).toEqual([]);
          changes += now.length;
        }
      }
    }
    expect(changes).toBeGreaterThan(20); // a property that saw nothing must be red
  });

  test("when a second copy of the faulty item is added", () => {
    const each = CORPUS.find(({ name }) => name === "weightless-targets");
    if (!each) throw new Error("the fixture weightless-targets is gone");
    const object = edited(each.object, (items, list) => (list === "routes" ? [...items, ...items] : items));
    expect(newFaults(each, object, each.object).map(({ rule }) => rule)).toContain("target-weights");
  });
});

test("twenty thousand findings that make one claim are told apart at once", () => {
  const old = Array.from({ length: 20_000 }, (_, index) => foundIn(`old-${index}`));
  const kept = foundIn("old-7");
  // Compared each with each, they would take longer than the time that a test has.
  const now = [...Array.from({ length: 20_000 }, (_, index) => foundIn(`new-${index}`)), kept];
  expect(Array.from(excused(now, old))).toEqual([kept]);
});

function faultsOfShape(object: GovernedObject): number {
  const kind = kindByName.get(object.kind);
  return kind ? shapeFaults(kind, object).length : Infinity;
}

function foundIn(name: string): FoundBy {
  const part: Part<"policy"> = { kind: "policy", path: "spec.policies[0]", key: name, value: { name } };
  return { rule: "r", finding: { part, at: ["config"], kind: "Forbidden", detail: "must go", read: [["name"]] } };
}

describe("a finding stands on what it says that it read", () => {
  test.each(RULES.filter(({ judges }) => Object.keys(judges).length > 0))("$id", (rule) => {
    let findings = 0;
    for (const each of CORPUS) {
      const owner = takeApart(each.object);
      for (const { finding } of findAll(owner, circumstancesOf(each), [rule])) {
        const reduced = reducedTo(owner, finding);
        const again = findAll(reduced, circumstancesOf(each), [rule]);
        expect(again.map(shown), `${each.name}: ${shown({ rule: rule.id, finding })}`).toContain(
          shown({ rule: rule.id, finding }),
        );
        findings += 1;
      }
    }
    expect(findings).toBeGreaterThan(0); // each rule needs a fixture that breaks it
  });
});

function circumstancesOf(each: ReviewFixture): Circumstances {
  const lookup = lookupOf(each);
  const { namespace = "", name = "" } = each.object.metadata;
  return { lookup, now: FIXTURE_NOW, policy: lookup.effectivePolicy({ namespace, name }, FIXTURE_NOW) };
}

function faultsOf(each: ReviewFixture, object: GovernedObject): readonly FoundBy[] {
  return findAll(takeApart(object), circumstancesOf(each), RULES);
}

function newFaults(each: ReviewFixture, object: GovernedObject, old: GovernedObject): readonly FoundBy[] {
  const found = faultsOf(each, object);
  const forgiven = excused(found, faultsOf(each, old));
  return found.filter((fault) => !forgiven.has(fault));
}

/** Faults that count as new though the old object had the same words about the same content. */
function unjustlyNew(each: ReviewFixture, object: GovernedObject, old: GovernedObject): readonly string[] {
  const known = new Set(faultsOf(each, old).map(content));
  return newFaults(each, object, old)
    .map(content)
    .filter((fault) => known.has(fault));
}

function content({ rule, finding }: FoundBy): string {
  const others = (finding.collidesWith ?? []).map(({ part }) => canonical(part.value) ?? "").toSorted();
  return JSON.stringify([rule, finding.kind, finding.at, canonical(finding.part.value), others]);
}

function shown({ rule, finding }: FoundBy): string {
  return `${rule} ${finding.kind} ${finding.part.path} ${finding.at.join(".")}`;
}

function sameItem(left: Finding, right: Finding): boolean {
  return left.part.kind === right.part.kind && left.part.path === right.part.path && left.at.join() === right.at.join();
}

function reads(finding: Finding, path: RelativePath): boolean {
  return finding.read.some((read) => read.join() === path.join());
}

function edited(
  object: GovernedObject,
  edit: (items: readonly unknown[], list: string) => readonly unknown[],
): GovernedObject {
  const spec = structuredClone(object.spec) as Record<string, unknown>;
  // A list of that name in another kind holds something else.
  for (const list of object.kind === "AIGatewayConfig" ? LISTS : []) {
    const items = spec[list];
    if (Array.isArray(items)) spec[list] = edit(items, list);
  }
  return { ...object, spec };
}

function shuffled(items: readonly unknown[], random: Iterator<number, undefined>): readonly unknown[] {
  return items
    .map((item) => ({ item, order: random.next().value ?? 0 }))
    .toSorted((left, right) => left.order - right.order)
    .map(({ item }) => item);
}

const INNOCENT: Readonly<Record<string, unknown>> = {
  models: { name: "innocent", modelRef: { name: "innocent" } },
  routes: { path: "/innocent" },
  policies: { name: "innocent", type: "observability" },
};

function withInnocents(object: GovernedObject, position: number): GovernedObject {
  return edited(object, (items, list) => items.toSpliced(position % (items.length + 1), 0, INNOCENT[list]));
}

/** Where in the object a field of a part stands. A URL is a part of its own, and its only field is itself. */
function locationOf(part: Part, read: RelativePath): RelativePath {
  return part.kind === "url" ? parsePath(part.path) : [...parsePath(part.path), ...read];
}

/** The object with another value of the same type at a place; undefined where there is none. */
function withChange(object: GovernedObject, place: RelativePath): GovernedObject | undefined {
  const copy = structuredClone(object);
  const holder = valueAt(copy, place.slice(0, -1));
  const last = place.at(-1);
  if (typeof holder !== "object" || holder === null || last === undefined) return undefined;
  const changed = otherValue(valueAt(holder, [last]));
  if (changed === undefined) return undefined;
  (holder as Record<string | number, unknown>)[last] = changed;
  return copy;
}

function otherValue(value: unknown): unknown {
  if (typeof value === "string") return `${value}x`;
  return typeof value === "number" ? value + 1 : undefined;
}

/** The object with every part of the finding cut down to the fields that it names. */
function reducedTo(owner: Parts, finding: Finding): Parts {
  const cut = new Map<string, Part>();
  for (const { part, read } of [finding, ...(finding.collidesWith ?? [])]) {
    // In an atomic list the whole content is what identifies the item.
    if (part.key !== undefined)
      cut.set(part.path, { ...part, value: projected(part.value, [["name"], ["kind"], ...read]) } as Part);
  }
  const reduce = <P extends Part>(parts: readonly P[]): readonly P[] =>
    parts.map((part) => (cut.get(part.path) as P | undefined) ?? part);
  const [models, policies] = [reduce(owner.models), reduce(owner.policies)];
  return {
    ...owner,
    object: (cut.get("") as Part<"object"> | undefined) ?? owner.object,
    models,
    policies,
    routes: reduce(owner.routes),
    templates: reduce(owner.templates),
    integrations: reduce(owner.integrations),
    urls: reduce(owner.urls),
    modelsByName: byKey(models),
    policiesByName: byKey(policies),
  };
}

function byKey<P extends Part>(parts: readonly P[]): ReadonlyMap<string, P> {
  return new Map(parts.map((part) => [part.key ?? "", part]));
}

function projected(value: unknown, paths: readonly RelativePath[]): unknown {
  const copy: Record<string, unknown> = {};
  const begun = new Set<string>();
  for (const path of paths) {
    const found = valueAt(value, path);
    if (valueAt(value, path.slice(0, -1)) === undefined) continue; // what held a field stays where the field was never set
    let holder = copy;
    for (const [depth, segment] of path.slice(0, -1).entries()) {
      // Other items stay, since lists have no gaps.
      const items = valueAt(value, path.slice(0, depth + 1));
      holder[segment] ??= typeof path[depth + 1] === "number" && Array.isArray(items) ? [...(items as unknown[])] : {};
      const place = path.slice(0, depth + 1).join(".");
      if (typeof segment === "number" && !begun.has(place)) holder[segment] = {};
      begun.add(place);
      holder = holder[segment] as Record<string, unknown>;
    }
    if (found !== undefined) holder[String(path.at(-1))] = found;
  }
  const oauth2 = valueAt(copy, ["auth", "oauth2"]);
  // No rule is asked about an object without what its schema requires.
  if (typeof oauth2 === "object")
    Object.assign(copy["auth"] as object, { oauth2: { tokenUrl: "", clientId: "", ...oauth2 } });
  return copy;
}
