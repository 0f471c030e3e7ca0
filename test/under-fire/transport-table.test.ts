import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Status } from "#api/admission-review.ts";
import { RawConnection, rawPost } from "../support/raw-connection.ts";
import { REVIEW, reviewWith, StartedAdmissionServer } from "../support/started-admission-server.ts";

const BODY = JSON.stringify(REVIEW);
const GOOD = { code: 200, body: { response: { uid: "uid-1", allowed: true } } };

let server: StartedAdmissionServer;

beforeAll(async () => {
  server = await StartedAdmissionServer.start();
});

afterAll(() => server[Symbol.asyncDispose]());

type Post = Parameters<typeof rawPost>;

describe.each<[string, Post, number, RegExp]>([
  ["an empty body", [""], 400, /empty/],
  ["malformed JSON", ["{"], 400, /not JSON/],
  ["a truncated body", [BODY.slice(0, -20)], 400, /not JSON/],
  ["another content type", [BODY, { "content-type": "text/plain" }], 415, /application\/json/],
  ["another charset", [BODY, { "content-type": "application/json; charset=latin1" }], 415, /UTF-8/],
  ["no request", [JSON.stringify({ ...REVIEW, request: undefined })], 400, /`request`/],
  ["no uid", [reviewWith({ uid: undefined })], 400, /`request.uid`/],
  ["an unknown version", [JSON.stringify({ ...REVIEW, apiVersion: "admission.k8s.io/v2" })], 400, /v1beta1/],
])("%s is answered with a Status that says what is wrong", (...[, [body, headers], code, message]) => {
  test("and the connection is good for what follows", async () => {
    using connection = await RawConnection.open(server);
    connection.socket.write(rawPost(body, headers));
    await expect.poll(() => connection.answers).toHaveLength(1);
    connection.socket.write(rawPost(BODY));
    await expect.poll(() => connection.answers).toMatchObject([{ code }, GOOD]);
    expectStatus(connection, code, message);
  });

  test("and a connection for it alone is closed", async () => {
    using connection = await RawConnection.open(server);
    connection.socket.write(rawPost(body, { ...headers, connection: "close" }));
    await connection.closed;
    expect(connection.answers).toHaveLength(1);
    expectStatus(connection, code, message);
  });
});

describe("what is legal is answered right", () => {
  test("a body that waits for 100 Continue", async () => {
    using connection = await RawConnection.open(server);
    const expecting = rawPost(BODY, { expect: "100-continue" });
    connection.socket.write(expecting.slice(0, -BODY.length));
    await expect.poll(() => connection.received).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    connection.socket.write(BODY + rawPost(BODY));
    await expect.poll(() => connection.answers).toMatchObject([GOOD, GOOD]);
  });

  test("a body in chunks", async () => {
    using connection = await RawConnection.open(server);
    const parts = [BODY.slice(0, 10), BODY.slice(10), ""];
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    connection.socket.write(CHUNKED_HEAD + chunks.join("") + rawPost(BODY));
    await expect.poll(() => connection.answers).toMatchObject([GOOD, GOOD]);
  });

  test("several requests in one write, in their order, whatever is wrong with one of them", async () => {
    using connection = await RawConnection.open(server);
    const bodies = [reviewWith({ uid: "first" }), "{", reviewWith({ uid: "third" })];
    connection.socket.write(bodies.map((body) => rawPost(body)).join(""));
    const [first, third] = ["first", "third"].map((uid) => ({ body: { response: { uid, allowed: true } } }));
    await expect.poll(() => connection.answers).toMatchObject([first, { code: 400 }, third]);
  });
});

describe("a body over the limit is refused with 413, and the connection closed", () => {
  test("when its length is announced", async () => {
    using connection = await RawConnection.open(server);
    connection.socket.write(rawPost(" ".repeat(7 * 1024 * 1024 + 1)));
    await connection.closed;
    expectStatus(connection, 413, /7340032 bytes/);
  });

  test("when it never ends", async () => {
    using connection = await RawConnection.open(server);
    const { socket } = connection;
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    const send = () => {
      if (connection.received === "" && !socket.destroyed) socket.write(chunk, send);
      else socket.end("0\r\n\r\n");
    };
    socket.write(CHUNKED_HEAD, send);
    await connection.closed;
    expectStatus(connection, 413, /7340032 bytes/);
  });
});

test("a body that ends before its length closes the connection and leaves nothing under way", async () => {
  using connection = await RawConnection.open(server);
  connection.socket.end(rawPost(BODY).slice(0, -20));
  await connection.closed;
  expect(connection.received).toMatch(/^HTTP\/1.1 400 /);
  await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(0);
});

const CHUNKED_HEAD =
  "POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

/** What the first answer on a connection must be. */
function expectStatus({ answers: [first] }: RawConnection, code: number, message: RegExp): void {
  expect(first).toMatchObject({ code, body: { kind: "Status", apiVersion: "v1", status: "Failure", code } });
  expect((first?.body as Status | undefined)?.message).toMatch(message);
}
