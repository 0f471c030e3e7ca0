import { createServer, type Server } from "node:http";
import express, { type NextFunction, type Request, type Response, type Router } from "express";
import type { Logger } from "#observability/logger.ts";
import { type ListenOptions, listen } from "./listen.ts";

export interface PlainServerOptions {
  readonly routers: readonly Router[];
  readonly logger: Logger;
}

/** Time for an answer that is under way when the server closes. */
const LAST_REQUESTS_MILLISECONDS = 1000;

/** The HTTP server without TLS, for probes, metrics and, standalone, the page. Never for admission. */
export class PlainServer implements AsyncDisposable {
  readonly #server: Server;

  constructor({ routers, logger }: PlainServerOptions) {
    const application = express().disable("x-powered-by").disable("etag").set("json spaces", 2);
    for (const router of routers) application.use(router);
    application.use((_request: Request, response: Response) => {
      response.status(404).type("text/plain").send("404 page not found\n");
    });
    // Express' own would answer with the stack. It tells this kind of handler by its four parameters.
    application.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      logger.error({ fault: error instanceof Error ? error.stack : typeof error }, "request failed");
      if (response.headersSent) response.destroy();
      else response.status(500).type("text/plain").send("500 internal error\n");
    });
    this.#server = createServer(application);
  }

  /** Starts serving and answers the port. */
  listen(options: ListenOptions): Promise<number> {
    return listen(this.#server, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    const giveUp = setTimeout(() => this.#server.closeAllConnections(), LAST_REQUESTS_MILLISECONDS);
    await promise;
    clearTimeout(giveUp);
  }
}
