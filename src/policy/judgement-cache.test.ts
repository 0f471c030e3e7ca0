import { expect, test, vi } from "vitest";
import { Judgement } from "./judgement.ts";
import { JudgementCache } from "./judgement-cache.ts";

test("objects with exceptions are remembered, but only so many", () => {
  const cache = new JudgementCache();
  const judge = vi.fn(() => new Judgement([], [], 0));
  for (let object = 0; object < 5000; object++) cache.ofObject(`team/${object}`, 0, judge);
  expect(judge).toHaveBeenCalledTimes(5000);
  cache.ofObject("team/4999", 0, judge);
  expect(judge).toHaveBeenCalledTimes(5000);
  cache.ofObject("team/0", 0, judge);
  expect(judge).toHaveBeenCalledTimes(5001);
});

test("a change drops the namespaces that it affects, all that are unknown and all objects", () => {
  const cache = new JudgementCache();
  const judge = vi.fn(() => new Judgement([], [], 0));
  const askAll = () => {
    judge.mockClear();
    for (const namespace of ["a", "b", undefined]) cache.ofNamespace(namespace, 0, judge);
    cache.ofObject("a/main", 0, judge);
    return judge.mock.calls.length;
  };
  expect(askAll()).toBe(4);
  expect(askAll()).toBe(0);
  cache.dropFor(["b"]);
  expect(askAll()).toBe(3);
  cache.dropFor("every namespace");
  expect(askAll()).toBe(4);
});
