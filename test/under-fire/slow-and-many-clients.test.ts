import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import type { AdmissionTimeouts } from "#server/admission-server.ts";
import { collectedHeap } from "../support/collected-heap.ts";
import { openFiles } from "../support/open-files.ts";
import { RawConnection, rawPost } from "../support/raw-connection.ts";
import { REVIEW, StartedAdmissionServer } from "../support/started-admission-server.ts";

const BODY = JSON.stringify(REVIEW);

/** A fiftieth of what serves; no test below can end before one of them has. */
const SHORT: AdmissionTimeouts = {
  keepAlive: 2400,
  keepAliveBuffer: 20,
  head: 400,
  request: 600,
  handshake: 200,
  check: 100,
};
const LONG = 60_000;

const [HEAD = "", REST = ""] = rawPost(BODY).split("\r\n\r\n");

test.each([
  ["its head byte by byte", "", HEAD, { request: LONG }],
  ["its body byte by byte", `${HEAD}\r\n\r\n`, REST, {}],
  ["nothing", "", "", { request: LONG }],
])("a client that sends %s is ended with 408, and others are served meanwhile", async (...row) => {
  const [, atOnce, slowly, timeouts] = row;
  await using server = await StartedAdmissionServer.start(undefined, { ...SHORT, ...timeouts });
  using slow = await RawConnection.open(server);
  slow.socket.write(atOnce);
  for (let next = 0; !slow.socket.closed; next += 1) {
    if (slow.socket.writable) slow.socket.write(slowly.charAt(next));
    expect((await server.call("/validate", { body: BODY })).code).toBe(200);
    await pause(20);
  }
  expect(slow.received).toMatch(/^HTTP\/1.1 408 /);
  await expect.poll(() => server.metric("controller_runtime_webhook_requests_in_flight")).toBe(0);
});

test("a client that never begins its handshake is ended", async () => {
  await using server = await StartedAdmissionServer.start(undefined, SHORT);
  const silent = connect({ host: "127.0.0.1", port: server.port }).resume();
  await new Promise((resolve) => silent.once("close", resolve));
});

test("an idle connection is kept for the keep-alive time and closed then", async () => {
  await using server = await StartedAdmissionServer.start(undefined, { ...SHORT, keepAlive: 500 });
  using idle = await RawConnection.open(server);
  const asked = performance.now();
  idle.socket.write(rawPost(BODY));
  await idle.closed;
  expect(idle.answers).toMatchObject([{ code: 200 }]);
  expect(performance.now() - asked).toBeGreaterThan(450);
});

test("two thousand connections at once are all answered, and so is who comes then", async () => {
  await using server = await StartedAdmissionServer.start();
  using stack = new DisposableStack();
  const secureContext = createSecureContext({ ca: server.certificate.certificate });
  const connections: RawConnection[] = [];
  const allHave = async (count: number) => {
    await expect
      .poll(() => connections.every(({ answers }) => answers.length === count), { timeout: 30_000 })
      .toBe(true);
  };
  // One thread that is server and client cannot shake two thousand hands before the first gives up.
  while (connections.length < 2000) {
    const more = Array.from({ length: 100 }, () => RawConnection.open(server, { secureContext }));
    for (const connection of await Promise.all(more)) {
      connections.push(stack.use(connection));
      connection.socket.write(rawPost(BODY));
    }
  }
  await allHave(1);
  for (const { socket } of connections) socket.write(rawPost(BODY));
  await allHave(2);
  expect(new Set(connections.flatMap(({ answers }) => answers.map(({ code }) => code)))).toEqual(new Set([200]));
  expect(await server.call("/validate", { body: BODY })).toMatchObject({ code: 200 });
});

test("ten thousand requests, in a row, on connections of their own and cut off, leave neither sockets nor memory", async () => {
  await using server = await StartedAdmissionServer.start();
  const round = async () => {
    server.lines.length = 0;
    await Promise.all([90, ...Array<number>(5).fill(1)].map((count) => answersInARow(server, count)));
    await Promise.all(Array.from({ length: 5 }, () => cutOff(server)));
  };
  const isQuiet = async () => (await server.metric("controller_runtime_webhook_requests_in_flight")) === 0;
  for (let count = 0; count < 10; count += 1) await round(); // what is compiled and pooled once is no leak
  await expect.poll(isQuiet).toBe(true);
  const [files, heap] = [openFiles(), collectedHeap()];
  for (let count = 0; count < 100; count += 1) await round();
  await expect.poll(isQuiet).toBe(true);
  await expect.poll(() => openFiles() - files).toBeLessThan(10);
  expect(collectedHeap() - heap).toBeLessThan(2 * 1024 * 1024);
});

/** As many requests, on one connection that ends with the last. */
async function answersInARow(server: StartedAdmissionServer, count: number): Promise<void> {
  using connection = await RawConnection.open(server);
  connection.socket.write(rawPost(BODY).repeat(count - 1) + rawPost(BODY, { connection: "close" }));
  await connection.closed;
  expect(connection.answers).toHaveLength(count);
}

async function cutOff(server: StartedAdmissionServer): Promise<void> {
  using connection = await RawConnection.open(server);
  connection.socket.end(rawPost(BODY).slice(0, -100));
  await connection.closed;
}
