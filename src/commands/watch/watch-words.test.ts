import { expect, test } from "vitest";
import { UsageError } from "../usage-error.ts";
import { watchWords } from "./watch-words.ts";

const TEXT = { type: "string", placeholder: "X", summary: "" } as const;
const FLAG = { type: "boolean", summary: "" } as const;
const OPTIONS = { namespace: TEXT, selector: TEXT, output: TEXT, "all-namespaces": FLAG };

test.each([
  ["cm", "cm", []],
  ["cm -n shop", "cm", ["--namespace=shop"]],
  ["-n shop cm", "cm", ["--namespace=shop"]],
  ["-nshop cm", "cm", ["--namespace=shop"]],
  ["-n=shop cm", "cm", ["--namespace=shop"]],
  ["--namespace shop cm", "cm", ["--namespace=shop"]],
  ["--namespace=shop cm", "cm", ["--namespace=shop"]],
  ["-A cm -l app=x -o json", "cm", ["--all-namespaces", "--selector=app=x", "--output=json"]],
  ["cm -n", "cm", ["--namespace"]],
  ["cm --unknown -x", "cm", ["--unknown", "-x"]],
  ["cm secrets --unknown x", "cm", ["secrets", "--unknown", "x"]],
])("understands %s", (line, kind, words) => {
  expect(watchWords(line.split(" "), OPTIONS)).toEqual({ kind, words });
});

test("refuses a line without a kind", () => {
  expect(() => watchWords(["-n", "shop"], OPTIONS)).toThrow(UsageError);
});
