import { Agent, request } from "node:https";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { AdmissionResponse } from "#api/admission-review.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { Readiness } from "#observability/readiness.ts";
import type { Verdict } from "#review/verdict.ts";
import type { AdmissionLoad } from "#server/admission-load.ts";
import type { Review } from "#server/admission-review.ts";
import { AdmissionServer, type AdmissionTimeouts } from "#server/admission-server.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import type { KeyPair } from "#server/key-pair.ts";

export const ALLOWED: Verdict = { allowed: true, violations: [], audited: [], notices: [], operations: [] };

/** In the object of REVIEW: must never come back out. */
export const SECRET = "sk-planted-secret";

/** A review as kube-apiserver sends it. */
export const REVIEW = {
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: {
    uid: "uid-1",
    kind: { group: "gateway.example.com", version: "v1", kind: "AIGatewayConfig" },
    resource: { group: "gateway.example.com", version: "v1", resource: "aigatewayconfigs" },
    name: "sample",
    namespace: "default",
    operation: "CREATE",
    object: { metadata: { name: "sample" }, spec: { secret: SECRET } },
    dryRun: false,
  },
};

/** REVIEW with other fields in its request. */
export function reviewWith(fields: object): string {
  return JSON.stringify({ ...REVIEW, request: { ...REVIEW.request, ...fields } });
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Whether the connection had been used before. */
  readonly isReused: boolean;
}

/** The admission server on a free loopback port, with a review that tests exchange, and a client on one connection. */
export class StartedAdmissionServer implements AsyncDisposable {
  review: Review = () => ALLOWED;
  /** Why it cannot judge yet. */
  unavailable: string | undefined;
  readonly server: AdmissionServer;
  readonly certificate: KeyPair;
  readonly readiness: Readiness;
  /** What was logged. */
  readonly lines: string[];
  port = 0;
  readonly #registry: Registry;
  readonly #listeners = new Set<(kind: string) => void>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  static async start(load?: AdmissionLoad, timeouts?: Partial<AdmissionTimeouts>): Promise<StartedAdmissionServer> {
    const started = new StartedAdmissionServer(await developmentCertificate(), load, timeouts);
    started.port = await started.server.listen({ host: "127.0.0.1", port: 0 });
    return started;
  }

  private constructor(
    certificate: KeyPair,
    load: AdmissionLoad | undefined,
    timeouts: Partial<AdmissionTimeouts> | undefined,
  ) {
    this.certificate = certificate;
    this.readiness = new Readiness();
    this.#registry = new Registry();
    const lines: string[] = [];
    this.lines = lines;
    this.server = new AdmissionServer({
      certificate,
      ...(timeouts ? { timeouts } : {}),
      readiness: this.readiness,
      unavailable: () => this.unavailable,
      changes: {
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
        },
      },
      load,
      metrics: new AdmissionMetrics(this.#registry, ["AIGatewayConfig"]),
      logger: pino({ level: "debug" }, { write: (line) => void lines.push(line) }),
      webhooks: [
        { path: "/mutate", mayPatch: true, review: (request) => this.review(request) },
        { path: "/validate", mayPatch: false, review: (request) => this.review(request) },
      ],
    });
  }

  call(path: string, { method = "POST", headers = {}, body = "" }: Call = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: this.port,
        path,
        method,
        agent: this.#agent,
        ca: this.certificate.certificate,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const { statusCode: code = 0, headers } = incoming;
          resolve({ code, headers, body: Buffer.concat(chunks).toString(), isReused: outgoing.reusedSocket });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
    return promise;
  }

  /** The response to REVIEW, with other fields, when the review comes to this verdict. */
  async responseTo(path: string, verdict: Verdict, fields: object = {}): Promise<AdmissionResponse> {
    this.review = () => verdict;
    const { body, code } = await this.call(`${path}?timeout=10s`, { body: reviewWith(fields) });
    if (code !== 200) throw new Error(`answered ${code}: ${body}`);
    return (JSON.parse(body) as { response: AdmissionResponse }).response;
  }

  /** A fact of this kind arrives. */
  tell(kind: string): void {
    for (const listener of this.#listeners) listener(kind);
  }

  metrics(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The sum of a metric's samples. */
  async metric(name: string): Promise<number> {
    const samples = (await this.metrics()).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"));
    return Array.from(samples, ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.server.close();
  }
}
