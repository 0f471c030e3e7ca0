import { describe, expect, it } from "vitest";
import { classWith, configWith } from "../../test/support/facts.ts";
import { operationsFor } from "../../test/support/mutation.ts";

const world = { classes: [classWith({}, "shared")] };
const filledIn = [{ op: "add", path: "/spec/gatewayClassName", value: "shared" }];

describe("the default class", () => {
  it("is filled in where none is named", () => {
    expect(operationsFor(configWith(), world)).toEqual(filledIn);
    expect(operationsFor(configWith())).toEqual([]);
  });

  it("leaves a class that is named, whatever it is", () => {
    for (const gatewayClassName of ["own", "", null, 5]) {
      const config = configWith();
      expect(operationsFor({ ...config, spec: { ...config.spec, gatewayClassName } }, world)).toEqual([]);
    }
  });

  it("is filled in by an update that removes the class, and by no other", () => {
    const old = configWith({}, { labels: { team: "red" } });
    expect(operationsFor(configWith(), world, configWith({ gatewayClassName: "own" }))).toEqual(filledIn);
    expect(operationsFor(configWith({ routes: [{ path: "/" }] }), world, old)).toEqual([]);
    expect(operationsFor(configWith(), world, old)).toEqual([]);
    expect(operationsFor(configWith(), world, "no object")).toEqual(filledIn);
  });

  it("is left out where it is closed to the namespace", () => {
    const classes = [classWith({ allowedNamespaces: { matchLabels: { env: "prod" } } }, "shared")];
    expect(operationsFor(configWith(), { classes, namespaceLabels: { env: "prod" } })).toEqual(filledIn);
    expect(operationsFor(configWith(), { classes, namespaceLabels: { env: "dev" } })).toEqual([]);
  });

  it("needs a spec to stand in", () => {
    for (const spec of [undefined, null, "spec", []]) {
      expect(operationsFor({ ...configWith(), spec }, world)).toEqual([]);
    }
  });
});
