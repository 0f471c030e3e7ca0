import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandContext } from "./command.ts";
import { health } from "./health.ts";

const server = createServer((request, response) => {
  if (request.url === "/readyz") response.end("ok");
  else if (request.url === "/moved") response.writeHead(302, { location: "/readyz" }).end();
  else if (request.url !== "/silent") response.writeHead(503).end("[-]certificate failed: reason withheld\n");
});
let origin = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function asked(...words: readonly string[]): Promise<string> {
  let text = "";
  const context = { print: (more: string) => void (text += more), signal: new AbortController().signal };
  await health.run(words, context as Partial<CommandContext> as CommandContext);
  return text;
}

test("prints what a ready server answers", async () => {
  expect(await asked("--url", `${origin}/readyz`)).toBe("ok\n");
});

test.each([
  ["/unready", "answers 503: [-]certificate failed: reason withheld"],
  ["/moved", "answers 302"],
  ["/silent", "does not answer: The operation was aborted due to timeout"],
])("ends with 1 and says why: %s", async (path, why) => {
  await expect(asked("--url", `${origin}${path}`, "--timeout", "0.2")).rejects.toMatchObject({
    message: expect.stringContaining(why) as string,
    exitCode: 1,
  });
});

test("ends with 1 where nothing listens", async () => {
  await expect(asked("--url", "http://127.0.0.1:9/readyz")).rejects.toMatchObject({ exitCode: 1 });
});

test.each([
  ["--url", "127.0.0.1:8080", "must be an http URL"],
  ["--url", "https://127.0.0.1/", "must be an http URL"],
  ["--timeout", "soon", "must be a number of seconds"],
  ["--timeout", "0", "must be a number of seconds"],
])("refuses %s %s", async (option, value, why) => {
  await expect(asked(option, value)).rejects.toMatchObject({
    message: expect.stringContaining(why) as string,
    exitCode: 2,
  });
});
