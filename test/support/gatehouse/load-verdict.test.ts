import { expect, test } from "vitest";
import { judgeAnswer } from "./load-verdict.ts";

const answer = (status: number, body: unknown) => ({ status, body, warnings: [] });
const DEFAULTED = { spec: { gatewayClassName: "default" } };
const DENIED = { message: "spec.models[0]...: must be less than 3000 (rate-limit-bounds, approval openai-gpt-4o)" };
const UNREACHED = { message: 'Internal error occurred: failed calling webhook "verdict.gateway.example.com": EOF' };

test("what is admitted with its defaults, and what is denied for its fault, is right", () => {
  expect(judgeAnswer("good", answer(201, DEFAULTED))).toBe("right");
  expect(judgeAnswer("good", answer(200, DEFAULTED))).toBe("right");
  expect(judgeAnswer("bad", answer(422, DENIED))).toBe("right");
});

test("both kinds of wrong verdicts are told", () => {
  expect(judgeAnswer("bad", answer(201, DEFAULTED))).toBe("wrongly admitted");
  expect(judgeAnswer("good", answer(422, DENIED))).toBe("wrongly denied");
  expect(judgeAnswer("bad", answer(422, { message: "for another fault" }))).toBe("wrongly denied");
});

test("a review that did not take place has failed, be it the one that fails open", () => {
  expect(judgeAnswer("good", answer(500, UNREACHED))).toBe("failed");
  expect(judgeAnswer("bad", answer(500, UNREACHED))).toBe("failed");
  expect(judgeAnswer("good", answer(201, { spec: {} }))).toBe("failed");
});

test("what the API server itself does not answer is cut", () => {
  expect(judgeAnswer("good", undefined)).toBe("cut");
  expect(judgeAnswer("bad", answer(500, { message: "etcdserver: request timed out" }))).toBe("cut");
  expect(judgeAnswer("bad", answer(429, { message: "too many requests" }))).toBe("cut");
  const kind = "gateway.example.com/v1, Kind=AIGatewayPolicy";
  for (const unready of [
    `failed to configure policy: failed to find resource referenced by paramKind: '${kind}'`,
    `failed to configure binding: paramKind kind \`${kind}\` not known`,
    `failed to configure binding: paramKind kind \`${kind}\` not yet synced to use for admission`,
  ])
    expect(judgeAnswer("bad", answer(422, { message: `denied request: ${unready}` }))).toBe("cut");
});
