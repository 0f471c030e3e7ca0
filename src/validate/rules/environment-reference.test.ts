import { describe, expect, it } from "vitest";
import type { AttachedPolicy } from "#api/kinds/attached-policy.ts";
import type { Model } from "#api/kinds/model.ts";
import type { Route } from "#api/kinds/route.ts";
import { classWith, configWith, factsFor, findingsOf, type World } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { environmentReference } from "./environment-reference.ts";

interface Spec {
  readonly model?: Omit<Model, "name">;
  readonly route?: Route;
  readonly config?: AttachedPolicy["config"];
  readonly gatewayClassName?: string;
}

const classes = [classWith({ allowedEnvironment: ["A", "B"] }, "first"), classWith({}, "second")];

function find({ model, route, config, gatewayClassName }: Spec, world: World = { classes }) {
  const object = configWith({
    models: model ? [{ name: "model", ...model }] : [],
    routes: route ? [route] : [],
    policies: config ? [{ name: "policy", config }] : [],
    ...(gatewayClassName === undefined ? {} : { gatewayClassName }),
  });
  return findingsOf(environmentReference, factsFor({ object, ...world }));
}

const valued = (value: string): Spec => ({ model: { auth: { value } } });
const details = (spec: Spec, world?: World) => find(spec, world).map(({ detail }) => detail);

describe("environment-reference allows", () => {
  it.each(["${A}", "Bearer ${B}", "sk-xyz123", "secret://openai/apiKey", "$A", "price: $5 {x}"])("%s", (value) =>
    expect(find(valued(value))).toEqual([]),
  );

  it("what has no mention, without making anything", () => {
    const object = configWith({ models: [{ name: "m", auth: { value: "secret://a/b" } }], routes: [{ path: "/" }] });
    const facts = factsFor({ object });
    const [[model], [route]] = [facts.owner.models, facts.owner.routes];
    expect(model && environmentReference.judges.model?.(model, facts)).toBe(HOLDS);
    expect(route && environmentReference.judges.route?.(route, facts)).toBe(HOLDS);
  });
});

describe("environment-reference refuses", () => {
  it("a variable that the class does not allow, and names those that it does", () => {
    const at = ["auth", "value"];
    const detail = "must name no other variable than '${A}', '${B}'";
    expect(find(valued("${C}"))).toMatchObject([{ at, kind: "Forbidden", detail, read: [at] }]);
    expect(details(valued("${A}${C}"))).toContain(detail);
    expect(details(valued("p${a"))).toEqual([detail]);
  });

  it("any variable where no class allows one", () => {
    expect(details({ ...valued("${A}"), gatewayClassName: "second" })).toEqual([
      "must not name a variable: AIGatewayClass 'second' allows none",
    ]);
    expect(details({ ...valued("${A}"), gatewayClassName: "third" })).toEqual([
      "must not name a variable: there is no AIGatewayClass 'third'",
    ]);
    expect(details(valued("${A}"), {})).toEqual(["must not name a variable: there is no default AIGatewayClass"]);
  });

  it("names no more than ten of the variables that a class allows", () => {
    const allowedEnvironment = Array.from({ length: 12 }, (_, index) => `V${index}`);
    const [detail] = details(valued("${A}"), { classes: [classWith({ allowedEnvironment })] });
    expect(detail).toMatch(/'\$\{V9\}' and 2 more$/);
  });

  it("a variable in every other string of a model, a route and a policy", () => {
    const found = find({
      model: { endpoint: "https://a.example/?${C}", parameters: { stop: ["${A}", "${C}"] } },
      route: { path: "/${C}", match: { headers: [{ name: "x", value: "${C:-y}" }] } },
      config: { a: { b: ["${ C }"] }, c: "${A}" },
    });
    expect(found.map(({ part, at }) => [part.kind, ...at].join("."))).toEqual([
      "model.endpoint",
      "model.parameters.stop.1",
      "route.path",
      "route.match.headers.0.value",
      "policy.config.a.b.0",
    ]);
  });

  it("a variable that stands only in a list", () => {
    expect(find({ model: { parameters: { stop: ["${C}"] } } })).toHaveLength(1);
    expect(find({ route: { match: { hostnames: ["${C}"] } } })).toHaveLength(1);
  });

  it.each(["secret://openai", "secret://team-b/openai/key", "Secret://openai/key"])("the reference %s", (value) => {
    const at = ["auth", "value"];
    const detail = "must be 'secret://NAME/KEY', a key of a Secret in this namespace";
    expect(find(valued(value))).toMatchObject([{ at, kind: "Invalid value", detail, read: [at] }]);
  });

  it.each(["${}", "${1A}", "${A:-b}"])("the reference %s", (value) => {
    expect(details(valued(value))).toEqual(["must be '${NAME}', with a name of letters, digits and '_'"]);
  });

  it("a config that is too large to be searched", () => {
    const config = { list: [...Array.from({ length: 20_000 }, () => "a"), "${HOME}"] };
    expect(find({ config })).toMatchObject([
      { at: ["config"], detail: "must be small enough to be searched for '${NAME}'" },
    ]);
  });
});

describe("a finding of environment-reference", () => {
  it("rests on the class too", () => {
    const [found] = find({ ...valued("${A}"), gatewayClassName: "second" });
    expect(found?.collidesWith).toMatchObject([{ part: { kind: "object" }, read: [["spec", "gatewayClassName"]] }]);
  });

  it.each(["hunter2${hunter2", "secret://hunter2", "${hunter2-}"])("shows nothing of the value: %s", (value) => {
    const shown = find(valued(value)).map(({ value, detail }) => [value, detail]);
    expect(shown.length).toBeGreaterThan(0);
    expect(JSON.stringify(shown)).not.toContain("hunter2");
  });
});
