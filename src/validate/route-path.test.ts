import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathFault } from "./route-path.ts";

describe("a path", () => {
  it.each([
    "",
    "/",
    "/v1/chat",
    "/v1/chat/",
    "/.well-known/x",
    "/a..b/...",
    "/meta%2Fllama",
    "/a:b@c;d=e,f",
    "/über/模型",
    "/a b",
    "/a*",
  ])("may be %j", (path) => expect(pathFault(path)).toBeUndefined());

  it.each([
    ["v1/chat", "must begin with '/', as in '/v1/chat'"],
    ["/v1//chat/", "must have no '//', as in '/v1/chat/'"],
    ["//evil.example/v1", "must have no '//', as in '/evil.example/v1'"],
    ["/v1/../admin", "must have no segment '.' or '..', as in '/admin'"],
    ["/v1/.%2E", "must have no segment '.' or '..', as in '/'"],
    ["./v1", "must begin with '/' and have no segment '.' or '..', as in '/v1'"],
    ["/v1\\chat", "must have no backslash"],
    ["/v1/{id}", "must have no '{' and '}', between which gateways expand names"],
    ["/100%", "must have '%' only before two hexadecimal digits"],
    ["/a\nb", "must have no control characters"],
    ["/a%0Ab", "must have no control characters"],
    [`//${"a".repeat(200)}`, "must have no '//'"],
  ])("must not be %j", (path, detail) => expect(pathFault(path)).toBe(detail));

  it("that passes is the same to whoever resolves it", () => {
    const text = fc.array(fc.constantFrom(...("/./..%2e\\{}%2fab\t".match(/%2[ef]|./gsu) ?? [])), { maxLength: 12 });
    fc.assert(
      fc.property(text, (pieces) => {
        const path = `/${pieces.join("")}`;
        fc.pre(pathFault(path) === undefined);
        expect(new URL(`https://a.example${path}`).pathname).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  it("is corrected to one that passes", () => {
    const text = fc.array(fc.constantFrom("/", ".", "..", "a", "%2e"), { maxLength: 8 });
    fc.assert(
      fc.property(text, (pieces) => {
        const [, corrected] = /as in '(.*)'$/.exec(pathFault(pieces.join("")) ?? "") ?? [];
        fc.pre(corrected !== undefined);
        expect(corrected && pathFault(corrected)).toBeUndefined();
      }),
    );
  });
});
