import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { readEnvironment } from "../control-plane/environment.ts";

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
    const program = await builtProgram();
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

/** From the cache, where a build of these sources lies that this machine made before. It takes Go seconds. */
async function builtProgram(): Promise<string> {
  const { cacheDirectory, inherited } = readEnvironment();
  const sources = await Promise.all(["go.mod", "main.go"].map((name) => readFile(join(import.meta.dirname, name))));
  const key = createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 16);
  const program = join(cacheDirectory, `go-client-${key}`);
  if (existsSync(program)) return program;
  await mkdir(cacheDirectory, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const env = { ...inherited, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly" };
  await promisify(execFile)("go", ["build", "-trimpath", "-o", unfinished, "."], { cwd: import.meta.dirname, env });
  await rename(unfinished, program);
  return program;
}
