import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KNOWN_MODELS } from "../../test/support/known-models.ts";
import { ModelIndex } from "./model-index.ts";

const INDEX = new ModelIndex({
  source: "us",
  date: "2026-09-23",
  providers: [
    {
      id: "own",
      aliases: ["mine"],
      hosts: ["api.own.example"],
      complete: true,
      models: [
        { ids: ["big-1", "big-1-*", "small"], types: ["llm"] },
        { ids: ["big-1-embed*"], types: ["embedding"] },
      ],
    },
    { id: "cloud", idPrefixes: ["eu."], models: [{ ids: ["own.big-1"], deprecated: true }] },
  ],
});

const own = INDEX.providerOf({ provider: "own" });

describe("a provider is found", () => {
  test("by the whole host of a plain https URL", () => {
    for (const endpoint of ["https://api.own.example", "https://api.own.example/", "https://api.own.example/v1"]) {
      expect(INDEX.providerOf({ endpoint })?.id).toBe("own");
    }
  });

  test("by one of its names, where no endpoint is given", () => {
    expect([own?.id, INDEX.providerOf({ provider: "mine" })?.id]).toEqual(["own", "own"]);
    expect(INDEX.providerOf({ provider: "own", endpoint: "https://proxy.example" })).toBeUndefined();
    expect(INDEX.providerOf({ provider: "constructor" })).toBeUndefined();
  });

  test.each([
    "http://api.own.example/v1",
    "https://api.own.example.evil.example/v1",
    "https://api.own.example@evil.example/v1",
    "https://api.own.example:443/v1",
    "https://api.own.example\\@evil.example/",
    "https://api.own.example?/",
    "https://API.own.example/",
    "https://api.own.example./",
    "https:api.own.example/",
    "",
  ])("not by %j", (endpoint) => {
    expect(INDEX.providerOf({ endpoint })).toBeUndefined();
  });

  test("never by a host that the URL does not lead to", () => {
    const piece = fc.constantFrom(
      "https://",
      "api.openai.com",
      "api.",
      "/",
      "@",
      ":443",
      "?",
      "#",
      "\\",
      ".evil.example",
      " ",
      "%2f",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const endpoint = pieces.join("");
        const found = KNOWN_MODELS.providerOf({ endpoint });
        expect(found === undefined || URL.parse(endpoint)?.host === "api.openai.com").toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(KNOWN_MODELS.providerOf({ endpoint: "https://api.openai.com/v1" })?.id).toBe("openai");
  });
});

describe("a model is found", () => {
  test("by its id, and else by the longest of the patterns that match", () => {
    expect(["big-1", "big-1-x", "big-1-embed-2", "big-2"].map((id) => own?.find(id)?.types?.[0])).toEqual([
      "llm",
      "llm",
      "embedding",
      undefined,
    ]);
  });

  test("without what may stand before its id", () => {
    const cloud = INDEX.providerOf({ provider: "cloud" });
    expect(["own.big-1", "eu.own.big-1", "us.own.big-1"].map((id) => cloud?.find(id)?.deprecated)).toEqual([
      true,
      true,
      undefined,
    ]);
  });

  test("to be somebody's own only where that provider serves nothing else", () => {
    expect([INDEX.ownerOf("big-1")?.id, INDEX.ownerOf("own.big-1")?.id]).toEqual(["own", undefined]);
  });
});
