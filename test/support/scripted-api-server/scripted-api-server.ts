import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "../certificates.ts";
import { answerFailure, answerJson } from "./answer.ts";
import { type Fault, Faults } from "./faults.ts";
import { ObjectLog } from "./object-log.ts";
import { answerGet, answerList } from "./reads.ts";
import { type RecordedRequest, readRequest, type Verb } from "./request.ts";
import type { WatchStream } from "./watch-stream.ts";
import { answerWatch } from "./watches.ts";
import { answerWrite } from "./writes.ts";

export interface ScriptedApiServerOptions {
  readonly log?: ObjectLog;
  /** Serves HTTPS with it. */
  readonly certificate?: KeyPair;
}

/**
 * An API server on loopback with real watch semantics over objects in memory,
 * and faults that a healthy one cannot give. Objects are changed through `log`,
 * faults queued in `faults`, open watches handled through `stream`.
 */
export class ScriptedApiServer implements AsyncDisposable {
  readonly log: ObjectLog;
  readonly faults = new Faults();
  /** Every request so far, in order. */
  readonly requests: RecordedRequest[] = [];
  /** Every watch so far, in order, closed ones too. */
  readonly streams: WatchStream[] = [];
  /** How many connections were accepted. */
  connections = 0;
  readonly #server: Server;
  readonly #scheme: "http" | "https";
  readonly #arrivals = new Set<() => void>();

  static async start(options: ScriptedApiServerOptions = {}): Promise<ScriptedApiServer> {
    const started = new ScriptedApiServer(options);
    await new Promise<void>((resolve) => void started.#server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  private constructor({ log = new ObjectLog(), certificate }: ScriptedApiServerOptions) {
    this.log = log;
    this.#scheme = certificate ? "https" : "http";
    const listener = (incoming: IncomingMessage, response: ServerResponse) => void this.#answer(incoming, response);
    this.#server = certificate
      ? createTlsServer({ cert: certificate.certificate, key: certificate.privateKey }, listener)
      : createServer(listener);
    this.#server.keepAliveTimeout = 0; // the client decides
    this.#server.on(certificate ? "secureConnection" : "connection", () => void (this.connections += 1));
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many requests of this kind came so far. */
  count(...verbs: readonly Verb[]): number {
    return this.requests.filter(({ verb }) => verbs.includes(verb)).length;
  }

  /** The n-th request of this kind, counted from 1, once it is here. */
  async request(verb: Verb, nth = 1): Promise<RecordedRequest> {
    return this.#arrival(() => this.requests.filter((request) => request.verb === verb)[nth - 1]);
  }

  /** The n-th watch of either kind, counted from 1, once its headers are out. */
  async stream(nth = 1): Promise<WatchStream> {
    return this.#arrival(() => this.streams[nth - 1]);
  }

  /** Breaks every connection, as a crash does; new ones are served. */
  dropConnections(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #arrival<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => void this.#arrivals.add(resolve));
    }
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(incoming);
      this.requests.push(request);
      const fault = this.faults.take(request);
      if (!fault || !interfere(fault, response)) this.#serve(request, response, fault);
    } catch (error) {
      if (!response.headersSent)
        answerFailure(response, { code: 500, reason: "InternalError", message: String(error) });
    }
    const arrivals = [...this.#arrivals];
    this.#arrivals.clear();
    for (const arrival of arrivals) arrival();
  }

  #serve(request: RecordedRequest, response: ServerResponse, fault: Fault | undefined): void {
    const { log } = this;
    switch (request.verb) {
      case "get":
        return answerGet(log, request, response);
      case "list":
        return answerList(log, request, response, fault?.kind === "stale" ? fault.resourceVersion : undefined);
      case "watch":
      case "watchList":
        this.streams.push(answerWatch(log, request, response, fault?.kind === "delayed-headers"));
        return;
      case "other":
        return answerJson(response, 200, { gitVersion: "v0.0.0-scripted" });
      case "create":
      case "update":
      case "patch":
      case "delete":
      case "deleteCollection":
        return answerWrite(log, request, response);
    }
  }
}

/** Whether the fault is all of the answer. */
function interfere(fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case "status":
      answerFailure(response, fault.failure);
      return true;
    case "silence":
      return true;
    case "reset":
      response.socket?.resetAndDestroy();
      return true;
    case "raw":
      response.writeHead(200, { "content-type": "application/json" }).write(fault.body);
      if (fault.isOpen !== true) response.end();
      return true;
    case "stale":
    case "delayed-headers":
      return false;
  }
}
