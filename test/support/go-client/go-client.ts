import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { builtProgram } from "../control-plane/built-program.ts";
import type { GoModule } from "../control-plane/modules.ts";

/** One request, or several alike at once. */
export interface GoStep {
  /** Before it is sent. */
  readonly pauseMilliseconds?: number;
  readonly concurrency?: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent without a length. */
  readonly chunked?: boolean;
}

export interface GoAnswer {
  readonly code: number;
  readonly body: string;
  /** Why there was no answer, in Go's words. */
  readonly error?: string;
}

/** Go's HTTP client, set up as the API server's for webhooks, as a process of its own. */
export class GoClient implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string, undefined>;
  readonly #directory: string;

  /** `idle` is how long Go keeps an idle connection: a duration such as `90s`. */
  static async start(server: { port: number; certificate: string; idle?: string }): Promise<GoClient> {
    const program = await builtProgram(MODULE, "go-client");
    const directory = await mkdtemp(join(tmpdir(), "gatehouse-go-client-"));
    await writeFile(join(directory, "ca.crt"), server.certificate);
    const url = `https://127.0.0.1:${server.port}`;
    const options = ["-url", url, "-ca", join(directory, "ca.crt"), "-idle", server.idle ?? "90s"];
    return new GoClient(spawn(program, options), directory);
  }

  private constructor(process: ChildProcessWithoutNullStreams, directory: string) {
    this.#process = process;
    this.#directory = directory;
    this.#answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  async send(step: GoStep): Promise<readonly GoAnswer[]> {
    const { method = "POST", path = "/validate?timeout=10s", headers, body = "" } = step;
    const request = { ...step, method, path, headers: { "content-type": "application/json", ...headers } };
    this.#process.stdin.write(`${JSON.stringify({ ...request, body: Buffer.from(body).toString("base64") })}\n`);
    const line = await this.#answers.next();
    if (line.done === true) throw new Error("the Go client has ended");
    return JSON.parse(line.value) as readonly GoAnswer[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#process.once("close", () => resolve());
    this.#process.stdin.end();
    await promise;
    await rm(this.#directory, { recursive: true });
  }
}

const MODULE: GoModule = {
  name: "go-client",
  programs: { "go-client": "." },
  linkedValues: () => ({}),
  directory: import.meta.dirname,
};
