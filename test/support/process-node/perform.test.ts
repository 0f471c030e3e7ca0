import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { afterAll, expect, test } from "vitest";
import { createCertificateAuthority } from "../certificates.ts";
import { perform } from "./perform.ts";
import type { Handler } from "./pod.ts";

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(async () => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const answer: RequestListener = ({ url = "", headers }, response) => {
  const code = Number(headers["x-status"] ?? url.slice(1));
  if (code > 0) response.writeHead(code, { location: "/200" }).end("a body that nobody reads");
};
const { certificate: cert, privateKey: key } = await (await createCertificateAuthority("a")).issueServer({
  names: ["elsewhere"],
});
const plain = await listen(createServer(answer));
const secure = await listen(createTlsServer({ cert, key }, answer));

function act(handler: Handler, milliseconds = 10_000) {
  const ports = [{ name: "http", containerPort: plain }];
  return perform(handler, { address: "127.0.0.1", ports, run }, milliseconds);
}

async function run([word]: readonly string[]): Promise<string | undefined> {
  return word === "well" ? undefined : word;
}

test.for<[string, Handler, string | undefined]>([
  ["200", { httpGet: { port: plain, path: "/200" } }, undefined],
  ["a redirection", { httpGet: { port: plain, path: "/302" } }, undefined],
  ["404", { httpGet: { port: plain, path: "/404" } }, "HTTP status 404"],
  ["a header", { httpGet: { port: plain, httpHeaders: [{ name: "x-status", value: "503" }] } }, "HTTP status 503"],
  ["a named port", { httpGet: { port: "http", path: "/200" } }, undefined],
  ["a port that is not there", { tcpSocket: { port: "grpc" } }, "Error: the container has no port grpc"],
  ["any certificate", { httpGet: { port: secure, path: "/200", scheme: "HTTPS" } }, undefined],
  ["503 over TLS", { httpGet: { port: secure, path: "/503", scheme: "HTTPS" } }, "HTTPS status 503"],
  ["a connection", { tcpSocket: { port: plain } }, undefined],
  ["a program that ends well", { exec: { command: ["well"] } }, undefined],
  ["a program that does not", { exec: { command: ["ill"] } }, "ill"],
  ["what it does not know", {}, "of a kind that the process node lacks"],
])("a handler that meets %s", async ([, handler, complaint]) => {
  expect(await act(handler)).toBe(complaint);
});

test("a handler that nobody answers", async () => {
  expect(await act({ httpGet: { port: plain, path: "/0" } }, 50)).toBe("no answer within 0.05 s");
});

test("a handler whose connection is refused", async () => {
  const closed = createServer();
  const port = await listen(closed);
  closed.close();
  expect(await act({ tcpSocket: { port } })).toContain("ECONNREFUSED");
});
