import { createServer } from "node:net";
import { expect, test } from "vitest";
import { findFreePort, reserveLoopbackShare } from "./loopback.ts";

test("two control planes on one machine get different shares", async () => {
  await using first = await reserveLoopbackShare();
  await using second = await reserveLoopbackShare();
  const ranges = [first, second].flatMap((share) => [share.serviceRange, share.podRange]);
  expect(new Set(ranges).size).toBe(4);
  expect(first.address).not.toBe(second.address);
});

test("a share that was given back is used again", async () => {
  for (let turn = 0; turn <= 256; turn += 1) {
    await using share = await reserveLoopbackShare(); // there are 256
    expect(share.serviceRange).toMatch(/^127\.244\.\d+\.0\/24$/);
  }
});

test("a free port can be listened on", async () => {
  await using share = await reserveLoopbackShare();
  const port = await findFreePort(share.address);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, share.address, resolve);
  });
  expect(server.address()).toMatchObject({ address: share.address, port });
  server.close();
});
