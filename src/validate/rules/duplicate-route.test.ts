import { describe, expect, it } from "vitest";
import type { Route } from "#api/kinds/route.ts";
import { configWith, factsFor, findingsOf } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { duplicateRoute } from "./duplicate-route.ts";

function find(...routes: Route[]) {
  return findingsOf(duplicateRoute, factsFor({ object: configWith({ routes }) }));
}

const duplicates = (...routes: Route[]) => find(...routes).filter(({ advice }) => !advice);
const hidden = (...routes: Route[]) => find(...routes).filter(({ advice }) => advice);

describe("duplicate-route", () => {
  it.each<[string, Route, Route]>([
    ["paths", { path: "/chat" }, { path: "/image" }],
    ["path types", { path: "/chat", pathType: "Exact" }, { path: "/chat" }],
    ["methods", { path: "/chat", methods: ["GET"] }, { path: "/chat", methods: ["POST"] }],
    ["hosts", { path: "/", match: { hostnames: ["a.example"] } }, { path: "/", match: { hostnames: ["b.example"] } }],
    ["a host and every host", { path: "/" }, { path: "/", match: { hostnames: ["a.example"] } }],
    ["headers", { path: "/" }, { path: "/", match: { headers: [{ name: "x-tenant", value: "a" }] } }],
    ["query parameters", { path: "/" }, { path: "/", match: { queryParams: [{ name: "beta", value: "1" }] } }],
    ["models", { path: "/", match: { models: ["gpt-*"] } }, { path: "/", match: { models: ["claude-*"] } }],
  ])("holds for routes that differ in %s", (_field, one, other) => {
    expect(find(one, other)).toEqual([]);
  });

  it("allocates nothing of its own where all paths differ", () => {
    const facts = factsFor({ object: configWith({ routes: [{ path: "/chat" }, { path: "/chat/more" }] }) });
    expect(duplicateRoute.judges.object?.(facts.owner.object, facts)).toBe(HOLDS);
  });

  it.each<[string, Route, Route]>([
    ["the same path", { path: "/chat", targetModel: "a" }, { path: "/chat", targetModel: "b" }],
    ["no path at all", {}, {}],
    ["a path type that is only written out", { path: "/chat" }, { path: "/chat", pathType: "Prefix" }],
    ["one method in common", { path: "/", methods: ["GET", "POST"] }, { path: "/", methods: ["POST"] }],
    ["no methods, twice", { path: "/" }, { path: "/", methods: [] }],
    [
      "one host in common, in other letters",
      { path: "/", match: { hostnames: ["a.example", "B.example"] } },
      { path: "/", match: { hostnames: ["b.example"] } },
    ],
    [
      "the same headers in another order",
      {
        path: "/",
        match: {
          headers: [
            { name: "A", value: "1" },
            { name: "b", value: "2", type: "Exact" },
          ],
        },
      },
      {
        path: "/",
        match: {
          headers: [
            { name: "B", value: "2" },
            { name: "a", value: "1" },
          ],
        },
      },
    ],
  ])("finds routes with %s", (_case, one, other) => {
    expect(find(one, other)).toMatchObject([
      {
        part: { path: "spec.routes[1]" },
        at: ["path"],
        kind: "Duplicate value",
        collidesWith: [{ part: { path: "spec.routes[0]" } }],
      },
    ]);
  });

  it("reports each route after the first of its group, with all earlier ones", () => {
    const found = duplicates({ path: "/a" }, { path: "/b" }, { path: "/a" }, { path: "/a" });
    const collides = found.map(({ part, collidesWith }) => [part.path, collidesWith?.map((other) => other.part.path)]);
    expect(collides).toEqual([
      ["spec.routes[2]", ["spec.routes[0]"]],
      ["spec.routes[3]", ["spec.routes[0]", "spec.routes[2]"]],
    ]);
    expect(found[1]).toMatchObject({
      value: "/a",
      detail: "must differ from `spec.routes[0]` in path, path type, methods, hostnames or other conditions",
      read: [["path"], ["pathType"], ["methods"], ["match"]],
    });
  });

  it("advises against a route behind one that takes every method of the path", () => {
    expect(hidden({ path: "/chat" }, { path: "/chat", methods: ["POST"] })).toMatchObject([
      {
        part: { path: "spec.routes[1]" },
        detail: expect.stringContaining("must come before `spec.routes[0]`") as string,
      },
    ]);
    expect(hidden({ path: "/chat", methods: ["POST"] }, { path: "/chat" })).toEqual([]);
  });

  it("advises against an exact path behind a prefix that is the same", () => {
    expect(hidden({ path: "/chat" }, { path: "/chat", pathType: "Exact" })).toHaveLength(1);
    expect(hidden({ path: "/chat" }, { path: "/chat", pathType: "Exact", methods: ["POST"] })).toHaveLength(1);
    expect(hidden({ path: "/chat", pathType: "Exact" }, { path: "/chat" })).toEqual([]);
    expect(hidden({ path: "/chat" }, { path: "/chat", pathType: "Regex" })).toEqual([]);
  });

  it("leaves routes alone that overlap by a shorter path", () => {
    expect(find({ path: "/" }, { path: "/chat" }, { path: "/chat/completions", pathType: "Exact" })).toEqual([]);
  });

  it("answers soon when all routes match the same requests", () => {
    const route: Route = {
      path: "/",
      methods: ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
      match: { hostnames: Array.from({ length: 16 }, (_, index) => `host-${index}.example`) },
    };
    // About 20 ms each; comparing every pair would run into the limit on every test.
    for (let round = 0; round < 10; round += 1) {
      expect(find(...Array.from({ length: 512 }, () => route))).toHaveLength(511);
    }
  });
});
