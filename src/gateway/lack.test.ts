import { expect, it } from "vitest";
import { type Lack, usesOf } from "./lack.ts";

const BECAUSE = "cannot";

it("finds a field that asks for something", () => {
  const lack: Lack = { field: "timeouts.streamIdle", because: BECAUSE };
  expect(usesOf(lack, { timeouts: { streamIdle: "20s" } })).toEqual([["timeouts", "streamIdle"]]);
  expect(usesOf(lack, { timeouts: { request: "20s" } })).toEqual([]);
});

it.each([undefined, null, false, [], {}])("takes %j for asking nothing", (value) => {
  expect(usesOf({ field: "a", because: BECAUSE }, { a: value })).toEqual([]);
});

it.each([0, ""])("takes %j for a value", (value) => {
  expect(usesOf({ field: "a", because: BECAUSE }, { a: value })).toEqual([["a"]]);
});

it("finds each item of a list", () => {
  const lack: Lack = { field: "match.headers[].type", value: "Regex", because: BECAUSE };
  const headers = [{ type: "Regex" }, { type: "Exact" }, null, "text", { type: "Regex" }];
  expect(usesOf(lack, { match: { headers } })).toEqual([
    ["match", "headers", 0, "type"],
    ["match", "headers", 4, "type"],
  ]);
  expect(usesOf(lack, { match: { headers: { type: "Regex" } } })).toEqual([]);
});

it("finds only the value that is meant, or all but one", () => {
  expect(usesOf({ field: "key", value: "Consumer", because: BECAUSE }, { key: "Global" })).toEqual([]);
  expect(usesOf({ field: "key", value: "Consumer", because: BECAUSE }, { key: "Consumer" })).toEqual([["key"]]);
  expect(usesOf({ field: "path", except: "/", because: BECAUSE }, { path: "/" })).toEqual([]);
  expect(usesOf({ field: "path", except: "/", because: BECAUSE }, { path: "/chat" })).toEqual([["path"]]);
});

it("finds only numbers above one that is given", () => {
  const lack: Lack = { field: "requests", above: 10, because: BECAUSE };
  expect(usesOf(lack, { requests: 10 })).toEqual([]);
  expect(usesOf(lack, { requests: 11 })).toEqual([["requests"]]);
});

it("finds no field that says what another one says", () => {
  const lack: Lack = { field: "model", exceptAs: "name", because: BECAUSE };
  expect(usesOf(lack, { name: "gpt", model: "gpt" })).toEqual([]);
  expect(usesOf(lack, { name: "gpt", model: "gpt-4o" })).toEqual([["model"]]);
});

it("finds fields of one type of policy only", () => {
  const lack: Lack = { field: "config.interval", of: "circuitBreaker", because: BECAUSE };
  expect(usesOf(lack, { type: "circuitBreaker", config: { interval: "1m" } })).toEqual([["config", "interval"]]);
  expect(usesOf(lack, { type: "observability", config: { interval: "1m" } })).toEqual([]);
});

it("takes nothing from prototypes", () => {
  expect(usesOf({ field: "constructor.name", because: BECAUSE }, { key: "a" })).toEqual([]);
});

it("finds the want of a field that is needed, unless another object has it", () => {
  const lack: Lack = { field: "endpoint", isNeeded: true, because: BECAUSE };
  expect(usesOf(lack, { name: "gpt" })).toEqual([["endpoint"]]);
  expect(usesOf(lack, { name: "gpt", endpoint: "https://api.example" })).toEqual([]);
  expect(usesOf(lack, { name: "gpt", modelRef: { name: "shared" } })).toEqual([]);
});
