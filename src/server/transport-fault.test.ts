import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Status } from "#api/admission-review.ts";
import {
  ALLOWED,
  type Call,
  REVIEW,
  reviewWith,
  StartedAdmissionServer,
} from "../../test/support/started-admission-server.ts";

let started: StartedAdmissionServer;

beforeAll(async () => {
  started = await StartedAdmissionServer.start();
});

afterAll(() => started[Symbol.asyncDispose]());

const json = (body: string | Buffer): Call => ({ body });

test("what is no JSON is not quoted, since it may hold a secret", async () => {
  const answers = await Promise.all(
    ['{"value": sk-planted}', '{"value": "sk-planted"', "sk-planted"].map((body) =>
      started.call("/mutate", json(body)),
    ),
  );
  for (const { code, body } of answers) {
    expect(code).toBe(400);
    expect(body).not.toContain("planted");
  }
});

describe("a request that is no review is answered with a Status", () => {
  test.each<[string, string, Call, [number, RegExp]]>([
    ["bytes that are not UTF-8", "/mutate", json(Buffer.from([0x22, 0xff, 0x22])), [400, /UTF-8/]],
    ["a byte order mark", "/mutate", json(`\uFEFF${JSON.stringify(REVIEW)}`), [400, /not JSON/]],
    ["a list", "/mutate", json("[]"), [400, /AdmissionReview/]],
    ["null", "/mutate", json("null"), [400, /AdmissionReview/]],
    ["another kind", "/mutate", json(JSON.stringify({ ...REVIEW, kind: "Pod" })), [400, /`kind`/]],
    ["an empty uid", "/mutate", json(reviewWith({ uid: "" })), [400, /`request.uid`/]],
    ["no resource", "/mutate", json(reviewWith({ resource: null })), [400, /`request.resource`/]],
    ["a name that is a number", "/mutate", json(reviewWith({ name: 1 })), [400, /`request.name`/]],
    ["an encoding", "/validate", { headers: { "content-encoding": "gzip" } }, [415, /encoded/]],
    ["GET", "/mutate", { method: "GET" }, [405, /POST/]],
    ["an unknown path", "/", {}, [404, /'\/mutate', '\/validate'/]],
    ["a path below", "/mutate/x", {}, [404, /'\/mutate'/]],
  ])("%s", async (_, path, request, [code, message]) => {
    started.review = () => ALLOWED;
    const answer = await started.call(path, request);
    expect(answer.code).toBe(code);
    const status = JSON.parse(answer.body) as Status;
    expect(status).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", code });
    expect(status.message).toMatch(message);
    expect(answer.headers["allow"]).toBe(code === 405 ? "POST" : undefined);
    const next = await started.call("/validate", json(JSON.stringify(REVIEW)));
    expect(next).toMatchObject({ code: 200, isReused: true }); // the connection is still good
  });

  test.each([["charset=utf-8"], ['charset="UTF-8"']])("but a content type with %s is fine", async (charset) => {
    started.review = () => ALLOWED;
    const headers = { "content-type": `application/json; ${charset}` };
    expect((await started.call("/validate", { headers, body: JSON.stringify(REVIEW) })).code).toBe(200);
  });
});

test("a review that nothing is known for yet is put off with 503, whatever its size, and judged later", async () => {
  started.unavailable = "policies were not read yet";
  const padded = { body: `${JSON.stringify(REVIEW)}${" ".repeat(3_000_000)}` };
  const { code, headers, body } = await started.call("/validate?timeout=10s", padded);
  expect([code, headers["retry-after"]]).toEqual([503, "1"]);
  const status = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure" };
  const reason = "ServiceUnavailable";
  expect(JSON.parse(body)).toEqual({ ...status, code: 503, reason, message: "policies were not read yet" });
  expect((await started.call("/validate", { method: "GET" })).code).toBe(405);
  started.unavailable = undefined;
  expect((await started.responseTo("/validate", ALLOWED)).allowed).toBe(true);
});
