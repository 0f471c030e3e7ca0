import { createServer as createPlainServer, type Server } from "node:net";
import { createServer } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { developmentCertificate } from "./development-certificate.ts";
import { listen } from "./listen.ts";
import { answersWith } from "./self-dial.ts";

let stack: AsyncDisposableStack;

beforeEach(() => {
  stack = new AsyncDisposableStack();
});

afterEach(() => stack.disposeAsync());

async function portOf(server: Server, host = "127.0.0.1"): Promise<number> {
  stack.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return listen(server, { host, port: 0 });
}

test("a port answers that presents this very certificate, wherever it listens", async () => {
  const [own, other] = [await developmentCertificate(), await developmentCertificate()];
  const server = createServer({ cert: own.certificate, key: own.privateKey });
  const port = await portOf(server, "0.0.0.0");
  expect(await answersWith(own.certificate, { host: "0.0.0.0", port })).toBe(true);
  expect(await answersWith(other.certificate, { host: "0.0.0.0", port })).toBe(false);
});

test("a port that is closed does not, nor does one that speaks something else", async () => {
  const { certificate } = await developmentCertificate();
  const gone = createPlainServer();
  const port = await listen(gone, { host: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve) => void gone.close(() => resolve()));
  expect(await answersWith(certificate, { host: "127.0.0.1", port })).toBe(false);
  const plain = createPlainServer((socket) =>
    socket
      .on("error", () => undefined)
      .resume()
      .end("hello\n"),
  );
  expect(await answersWith(certificate, { host: "127.0.0.1", port: await portOf(plain) })).toBe(false);
});
