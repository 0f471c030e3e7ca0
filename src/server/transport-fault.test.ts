import { connect, type TLSSocket } from "node:tls";
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
    ["an empty body", "/mutate", json(""), [400, /empty/]],
    ["malformed JSON", "/mutate", json("{"), [400, /not JSON/]],
    ["a truncated body", "/mutate", json(JSON.stringify(REVIEW).slice(0, -20)), [400, /not JSON/]],
    ["bytes that are not UTF-8", "/mutate", json(Buffer.from([0x22, 0xff, 0x22])), [400, /UTF-8/]],
    ["a byte order mark", "/mutate", json(`\uFEFF${JSON.stringify(REVIEW)}`), [400, /not JSON/]],
    ["a list", "/mutate", json("[]"), [400, /AdmissionReview/]],
    ["null", "/mutate", json("null"), [400, /AdmissionReview/]],
    ["another kind", "/mutate", json(JSON.stringify({ ...REVIEW, kind: "Pod" })), [400, /`kind`/]],
    [
      "an unknown version",
      "/mutate",
      json(JSON.stringify({ ...REVIEW, apiVersion: "admission.k8s.io/v2" })),
      [400, /v1beta1/],
    ],
    ["no request", "/mutate", json(JSON.stringify({ ...REVIEW, request: undefined })), [400, /`request`/]],
    ["no uid", "/mutate", json(reviewWith({ uid: undefined })), [400, /`request.uid`/]],
    ["an empty uid", "/mutate", json(reviewWith({ uid: "" })), [400, /`request.uid`/]],
    ["no resource", "/mutate", json(reviewWith({ resource: null })), [400, /`request.resource`/]],
    ["a name that is a number", "/mutate", json(reviewWith({ name: 1 })), [400, /`request.name`/]],
    ["another content type", "/mutate", { headers: { "content-type": "text/plain" } }, [415, /application\/json/]],
    [
      "another charset",
      "/validate",
      { headers: { "content-type": "application/json; charset=latin1" } },
      [415, /UTF-8/],
    ],
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

  test("a body over the limit, announced or not, is refused with 413 and the connection closed", async () => {
    const body = Buffer.alloc(7 * 1024 * 1024 + 1, " ");
    const announced = await started.call("/mutate", { body });
    expect(announced).toMatchObject({ code: 413, headers: { connection: "close" } });
    const chunked = await sendEndlessBody();
    expect(chunked).toMatch(/^HTTP\/1.1 413/);
    expect((await started.responseTo("/mutate", ALLOWED)).allowed).toBe(true);
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

/** Sends chunks until the server has answered and closed; what it answered. */
function sendEndlessBody(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket: TLSSocket = connect({ host: "127.0.0.1", port: started.port, ca: started.certificate.certificate });
  let answer = "";
  const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
  const send = () => {
    if (answer === "" && !socket.destroyed) socket.write(chunk, send);
    else socket.end("0\r\n\r\n");
  };
  socket.on("error", reject);
  socket.on("data", (data) => {
    answer += data.toString();
  });
  socket.on("close", () => resolve(answer));
  socket.on("secureConnect", () => {
    socket.write(
      "POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
      send,
    );
  });
  return promise;
}
