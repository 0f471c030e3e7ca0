import { setImmediate as turn } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AdmissionResponse } from "#api/admission-review.ts";
import type { Verdict } from "#review/verdict.ts";
import { ALLOWED, REVIEW, StartedAdmissionServer } from "../../test/support/started-admission-server.ts";
import { AdmissionLoad } from "./admission-load.ts";
import { HeldReviews } from "./held-reviews.ts";

const BODY = JSON.stringify(REVIEW);
const UNAPPROVED: Verdict = { ...ALLOWED, allowed: false, awaits: ["ApprovedModel"] };

let stack: AsyncDisposableStack;
let sockets: TLSSocket[];

beforeEach(() => {
  stack = new AsyncDisposableStack();
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await stack.disposeAsync();
});

async function startServer(load?: AdmissionLoad): Promise<StartedAdmissionServer> {
  return stack.use(await StartedAdmissionServer.start(load));
}

/** A connection on which the bytes are sent; what came back so far. */
async function send(
  server: StartedAdmissionServer,
  text: string,
): Promise<{ socket: TLSSocket; answer: () => string }> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { port, certificate } = server;
  const socket = connect({ host: "127.0.0.1", port, ca: certificate.certificate }, () => resolve());
  sockets.push(socket);
  let answer = "";
  socket.on("error", reject).on("data", (data) => {
    answer += data.toString();
  });
  await promise;
  socket.write(text);
  return { socket, answer: () => answer };
}

/** A whole request, or one whose body stops after so many bytes. */
function request(length = BODY.length): string {
  const head = `POST /validate?timeout=10s HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;
  return head + BODY.slice(0, length);
}

async function answered(server: StartedAdmissionServer, path = "/validate"): Promise<AdmissionResponse> {
  const { body } = await server.call(path, { body: BODY });
  return (JSON.parse(body) as { response: AdmissionResponse }).response;
}

describe("a denial that rests on an absent fact", () => {
  test("is held and judged again, from the bytes that came, when the fact arrives", async () => {
    const server = await startServer();
    const judged: unknown[] = [];
    server.review = (request) => {
      judged.push(structuredClone(request.object));
      Object.assign(request.object as object, { patched: true }); // as a mutation does
      return judged.length === 1 ? UNAPPROVED : ALLOWED;
    };
    const answer = answered(server);
    await vi.waitUntil(() => judged.length === 1);
    server.tell("AIGatewayPolicy");
    server.tell("ApprovedModel");
    expect(await answer).toEqual({ uid: "uid-1", allowed: true });
    expect(judged).toEqual([REVIEW.request.object, REVIEW.request.object]);
    expect(await server.metrics()).toContain('gatehouse_admission_held_total{webhook="/validate",verdict="allowed"} 1');
    expect(server.lines).toHaveLength(1); // one line a review, however often it is judged
    expect(await server.metric("gatehouse_admission_reviews_total")).toBe(1);
  });

  test("is answered when nothing comes, a margin before the deadline", async () => {
    const server = await startServer();
    let judged = 0;
    server.review = () => {
      judged += 1;
      return UNAPPROVED;
    };
    using hold = vi.spyOn(HeldReviews.prototype, "hold");
    const { body } = await server.call("/validate?timeout=1s", { body: BODY });
    expect(JSON.parse(body)).toMatchObject({ response: { allowed: false } });
    expect(judged).toBe(1);
    expect(hold.mock.lastCall?.[1]).toBeLessThanOrEqual(900);
    expect(await server.metrics()).toContain('gatehouse_admission_held_total{webhook="/validate",verdict="denied"} 1');
  });

  test("is let go when the client is gone", async () => {
    const server = await startServer();
    let judged = 0;
    server.review = () => {
      judged += 1;
      return UNAPPROVED;
    };
    const { socket } = await send(server, request());
    await vi.waitUntil(() => judged === 1);
    socket.destroy();
    await expect.poll(() => server.metric("gatehouse_admission_held_total")).toBe(1);
    server.tell("ApprovedModel");
    await turn();
    expect(judged).toBe(1);
    expect(await server.metrics()).toContain('gatehouse_admission_held_total{webhook="/validate",verdict="gone"} 1');
    expect(server.lines).toEqual([]);
  });
});

describe("a review is not judged", () => {
  test("when the API server's deadline passed while its body came", async () => {
    const server = await startServer();
    const review = vi.fn(() => ALLOWED);
    server.review = review;
    const { code, headers, body } = await server.call("/validate?timeout=1ns", { body: BODY });
    expect([code, headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(body)).toMatchObject({ reason: "ServiceUnavailable" });
    expect(review).not.toHaveBeenCalled();
    expect(await server.metrics()).toContain(
      'gatehouse_admission_put_off_total{webhook="/validate",reason="deadline"} 1',
    );
  });

  test("when its client went away in mid-body, and nothing of it stays", async () => {
    const load = new AdmissionLoad({ requests: 10, bytes: BODY.length });
    const server = await startServer(load);
    const { socket } = await send(server, request(BODY.length - 1));
    await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(1);
    socket.destroy();
    await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(0);
    expect((await answered(server)).allowed).toBe(true); // there is room for all of it
    expect(server.lines).toHaveLength(1);
  });
});

describe("overload", () => {
  test("beyond so many requests under way the next is put off, and is served when one has ended", async () => {
    const server = await startServer(new AdmissionLoad({ requests: 2, bytes: 1e6 }));
    const slow = [await send(server, request(10)), await send(server, request(10))];
    await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(2);
    const { code, headers, body } = await server.call("/mutate?timeout=10s", { body: BODY });
    expect([code, headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(body)).toMatchObject({ kind: "Status", code: 503, message: /more reviews/ });
    expect(await server.metrics()).toContain(
      'gatehouse_admission_put_off_total{webhook="/mutate",reason="requests"} 1',
    );
    slow[0]?.socket.write(BODY.slice(10));
    await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(1);
    expect((await answered(server)).allowed).toBe(true);
  });

  test("beyond so many bytes of bodies the request that brings more is put off, whatever it announced", async () => {
    const server = await startServer(new AdmissionLoad({ requests: 10, bytes: BODY.length }));
    const { socket, answer } = await send(server, request(10));
    await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(1);
    const { code, headers } = await server.call("/validate", { body: BODY });
    expect([code, headers["retry-after"]]).toEqual([503, "1"]);
    expect(await server.metrics()).toContain('gatehouse_admission_put_off_total{webhook="/validate",reason="bytes"} 1');
    socket.write(BODY.slice(10));
    await expect.poll(answer).toMatch(/^HTTP\/1.1 200/);
    expect((await answered(server)).allowed).toBe(true);
  });
});
