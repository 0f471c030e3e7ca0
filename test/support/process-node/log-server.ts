import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { developmentCertificate } from "#server/development-certificate.ts";

export interface LogServerOptions {
  readonly address: string;
  readonly fileOf: (namespace: string, pod: string, container: string) => string;
  /** Those of a Pod's containers that run. */
  readonly processIds: (namespace: string, pod: string) => readonly number[];
}

/** Where the API server asks a node for logs, for `kubectl logs`. */
export interface LogServer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
}

/** Serves the logs of containers, from the first process on, with `--follow` and `--tail`. */
export async function startLogServer(options: LogServerOptions): Promise<LogServer> {
  const { address } = options;
  const { certificate: cert, privateKey: key } = await developmentCertificate(); // the API server takes any
  const server = createServer({ cert, key }, (request, response) => {
    answer(new URL(request.url ?? "/", "https://node"), response, options);
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    address,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(url: URL, response: ServerResponse, { fileOf, processIds }: LogServerOptions): void {
  const [, part, namespace = "", pod = "", container = ""] = url.pathname.split("/");
  if (part !== "containerLogs") {
    response.writeHead(404).end("the process node serves logs alone\n");
    return;
  }
  const [processId] = url.searchParams.get("follow") === "true" ? processIds(namespace, pod) : [];
  const following = processId === undefined ? [] : ["--follow", `--pid=${processId}`];
  const words = [`--lines=${url.searchParams.get("tailLines") ?? "+1"}`, ...following];
  const file = fileOf(namespace, pod, container);
  const tail = spawn("tail", [...words, file], { stdio: ["ignore", "pipe", "ignore"] });
  tail.stdout.pipe(response);
  response.flushHeaders(); // who follows waits for them
  response.once("close", () => tail.kill());
}
