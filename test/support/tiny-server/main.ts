// oxlint-disable node/no-process-env -- a container has its settings there
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/*
 * The container of the process node's tests: an HTTP server on HOST and PORT that
 * tells what it sees, and is as well and as patient as it is told.
 *
 *   GET /who                    its Pod, user and variables
 *   GET /files/PATH             a file, as it reads it now
 *   PUT /files/PATH             makes one; 503 and why where it cannot
 *   GET /hook                   writes a line into its log
 *   GET /ready, /alive          200, or 503 after DELETE of the same and before PUT
 *
 * LINGER: milliseconds from SIGTERM to its end, in which it serves.
 */
const { HOST = "127.0.0.1", PORT = "8080", LINGER = "0" } = process.env;
const ailing = new Set<string>();

async function answer(method: string, path: string): Promise<string> {
  if (path === "/who") return JSON.stringify({ ...process.env, user: process.getuid?.() });
  if (path.startsWith("/files/") && method === "GET") return readFile(path.slice("/files".length), "utf8");
  if (path.startsWith("/files/")) return writeFile(path.slice("/files".length), "").then(() => "written");
  if (path === "/hook") process.stdout.write("hook\n");
  if (method === "DELETE") ailing.add(path);
  if (method === "PUT") ailing.delete(path);
  if (method === "GET" && ailing.has(path)) throw new Error("not well");
  return "well";
}

const server = createServer((request, response) => {
  answer(request.method ?? "", request.url ?? "").then(
    (text) => response.end(text),
    (error: unknown) => response.writeHead(503).end(String(error)),
  );
});

server.listen(Number(PORT), HOST, () => process.stdout.write(`listening on ${HOST}\n`));

process.once("SIGTERM", () => void end());

async function end(): Promise<void> {
  process.stdout.write("asked to end\n");
  await pause(Number(LINGER));
  server.close();
  server.closeAllConnections();
  process.stdout.write("ends\n");
}
