import { expect, test } from "vitest";
import {
  isExpired,
  isTooLargeResourceVersion,
  KubernetesError,
  type KubernetesErrorOptions,
} from "./kubernetes-error.ts";

function failure(options: Partial<KubernetesErrorOptions>, message = "no"): KubernetesError {
  return new KubernetesError(message, { code: 500, reason: "", ...options });
}

test("a version has expired by the code 410 or the reason Expired or Gone", () => {
  expect(isExpired(failure({ code: 410 }))).toBe(true);
  expect(isExpired(failure({ reason: "Expired" }))).toBe(true);
  expect(isExpired(failure({ reason: "Gone" }))).toBe(true);
  expect(isExpired(failure({ code: 404, reason: "NotFound" }))).toBe(false);
});

test("a version is too large by the cause's reason, by its message, or, with reason Timeout, by the message of all", () => {
  const message = "Too large resource version: 7, current: 5";
  expect(isTooLargeResourceVersion(failure({ causes: [{ reason: "ResourceVersionTooLarge" }] }))).toBe(true);
  expect(isTooLargeResourceVersion(failure({ causes: [{ message }] }))).toBe(true);
  expect(isTooLargeResourceVersion(failure({ code: 504, reason: "Timeout" }, message))).toBe(true);
  expect(isTooLargeResourceVersion(failure({ code: 500, reason: "InternalError" }, message))).toBe(false);
  expect(isTooLargeResourceVersion(failure({ code: 504, reason: "Timeout" }, "request timed out"))).toBe(false);
});

test.each([
  [{ code: 410 }, "relist"],
  [{ code: 504, causes: [{ reason: "ResourceVersionTooLarge" }], retryAfterMilliseconds: 1000 }, "relist"],
  [{ code: 409, reason: "Conflict" }, "reread"],
  [{ code: 429, retryAfterMilliseconds: 1000 }, "retry-at"],
  [{ code: 422, reason: "Invalid" }, "terminal"],
  [{ code: 403, reason: "Forbidden" }, "retry"],
  [{ code: 0, reason: "ConnectionFault" }, "retry"],
] as const)("%o is answered by: %s", (options, reaction) => {
  expect(failure(options).reaction).toBe(reaction);
});
