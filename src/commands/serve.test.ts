import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AdmissionResponse } from "#api/admission-review.ts";
import { developmentCertificate } from "#server/development-certificate.ts";
import type { KeyPair } from "#server/key-pair.ts";
import { listen } from "#server/listen.ts";
import type { DocumentReport } from "#server/validate-text.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import { REVIEW } from "../../test/support/started-admission-server.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
const EXAMPLES = join(import.meta.dirname, "../../examples");

/** A start takes under a second on an idle machine; two cores may be shared with a build. */
const START = { timeout: 15_000 };
vi.setConfig({ testTimeout: 30_000 });

let stack: AsyncDisposableStack;
let directory: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  directory = await mkdtemp(join(tmpdir(), "gatehouse-serve-"));
  stack.defer(() => rm(directory, { recursive: true }));
});

afterEach(() => stack.disposeAsync());

class Served {
  stdout = "";
  stderr = "";
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(...words: readonly string[]) {
    const child = spawn(process.execPath, [MAIN, "serve", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (text: Buffer) => (this.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (this.stderr += text.toString()));
    this.ended = new Promise((resolve) => child.once("close", resolve));
    this.#child = child;
    stack.defer(async () => {
      child.kill("SIGKILL");
      await this.ended;
    });
  }

  kill(): void {
    this.#child.kill("SIGTERM");
  }

  /** What was logged. */
  get lines(): readonly { msg: string; admission?: { port: number }; plain?: { port: number } }[] {
    const whole = this.stderr.split("\n").filter((line) => line.endsWith("}"));
    return whole.map((line) => JSON.parse(line) as { msg: string });
  }

  async ports(): Promise<{ admission: number; plain: number }> {
    const ready = await vi.waitFor(() => {
      const line = this.lines.find(({ msg }) => msg === "ready");
      if (line) return line;
      throw new Error(`not ready: ${this.stderr}`);
    }, START);
    return { admission: ready.admission?.port ?? 0, plain: ready.plain?.port ?? 0 };
  }
}

function standalone(...words: readonly string[]): Served {
  return new Served("--standalone", "--port", "0", "--plain-port", "0", ...words);
}

async function validate(port: number, file: string): Promise<DocumentReport> {
  const body = await readFile(join(EXAMPLES, file), "utf8");
  const response = await fetch(`http://127.0.0.1:${port}/v1/validate`, { method: "POST", body });
  const { documents } = (await response.json()) as { documents: readonly DocumentReport[] };
  const [report] = documents;
  if (!report) throw new Error("no document");
  return report;
}

async function writePair({ certificate, privateKey }: KeyPair): Promise<void> {
  await writeFile(join(directory, "tls.crt"), certificate);
  await writeFile(join(directory, "tls.key"), privateKey);
}

/** As the chart starts it, on loopback. */
function inCluster(...words: readonly string[]): Served {
  const objects = join(EXAMPLES, "objects");
  const files = ["--certificate-directory", directory, "--objects", objects];
  return new Served(...files, "--bind-address", "127.0.0.1", "--port", "0", "--plain-port", "0", ...words);
}

interface Reviewed {
  readonly response: AdmissionResponse;
  readonly connection: string | undefined;
}

/** The answer to a create of the bad example. */
async function review(port: number, path: string): Promise<Reviewed> {
  const [document] = parseDocuments(await readFile(join(EXAMPLES, "bad-config.yaml"), "utf8"));
  const body = JSON.stringify({ ...REVIEW, request: { ...REVIEW.request, object: document?.value } });
  const { promise, resolve, reject } = Promise.withResolvers<Reviewed>();
  const options = {
    port,
    path,
    method: "POST",
    rejectUnauthorized: false,
    headers: { "content-type": "application/json" },
  };
  const outgoing = request({ host: "127.0.0.1", ...options }, (incoming) => {
    let text = "";
    incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
    incoming.on("end", () => {
      const { response } = JSON.parse(text) as { response: AdmissionResponse };
      resolve({ response, connection: incoming.headers.connection });
    });
  });
  outgoing.on("error", reject).end(body);
  return promise;
}

describe("gatehouse serve --standalone", () => {
  test("judges under the built-in policies, on both ports, and ends at once with 0", async () => {
    const served = standalone();
    const { admission, plain } = await served.ports();

    const sample = await validate(plain, "default-ai-config.yaml");
    expect(sample).toMatchObject({ allowed: true, kind: "AIGatewayConfig" });
    expect(sample.warnings.length).toBeGreaterThan(0);

    const good = await validate(plain, "good-config.yaml");
    expect(good).toMatchObject({ allowed: true, violations: [], warnings: [], unknownFields: [] });
    expect(good.patch.length).toBeGreaterThan(0);

    const bad = await validate(plain, "bad-config.yaml");
    expect(bad.allowed).toBe(false);
    const denials = bad.violations.filter(({ action }) => action === "Deny");
    expect(new Set(denials.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(4);
    expect(denials.find(({ rule }) => rule === "rate-limit-bounds")).toMatchObject({ line: 14, column: 9 });

    const { response } = await review(admission, "/validate?timeout=10s");
    expect(response.allowed).toBe(false);
    expect(response.status?.details?.causes?.map(({ field, message }) => `${field}: ${message}`)).toEqual(
      denials.map(({ path, message }) => `${path}: ${message}`),
    );

    expect((await fetch(`http://127.0.0.1:${plain}/readyz`)).status).toBe(200);
    await expect.poll(() => served.stdout).toContain(`https://127.0.0.1:${admission}/validate`);
    expect(served.stdout).toContain(`http://127.0.0.1:${plain}/v1/validate`);
    served.kill();
    expect(await served.ended).toBe(0);
    expect(served.stderr).not.toMatch(/sk-abc456|"level":"(warn|error|fatal)"/);
  });

  test("reads objects again, names a bad file with its line and keeps the last good state", async () => {
    const objects = join(directory, "objects");
    await cp(join(EXAMPLES, "objects"), objects, { recursive: true });
    const served = standalone("--objects", objects);
    const { plain } = await served.ports();
    const policy = join(objects, "platform-defaults.yaml");
    const text = await readFile(policy, "utf8");
    const isLimited = async () =>
      (await validate(plain, "bad-config.yaml")).violations.some(({ rule }) => rule === "rate-limit-bounds");

    await replace(policy, text.replace("mode: Enforce", "mode: Enforced"));
    await expect.poll(() => served.stderr).toMatch(/platform-defaults\.yaml:7:3: spec\.mode: .*objects not reloaded/);
    expect(await isLimited()).toBe(true);

    await replace(policy, text.replace("requestsPerMinute: 6000", "requestsPerMinute: 100000"));
    await expect.poll(isLimited).toBe(false);
  });
});

/** Replaces a file at once, as editors do. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

describe("gatehouse serve with a certificate directory", () => {
  test("takes up a new certificate and offers no page", async () => {
    const [first, second] = [await developmentCertificate(), await developmentCertificate()];
    await writePair(first);
    const served = inCluster();
    const { admission, plain } = await served.ports();
    expect(await isTrusted(admission, first)).toBe(true);
    await writePair(second);
    await expect.poll(() => isTrusted(admission, second)).toBe(true);
    expect((await review(admission, "/mutate")).response.uid).not.toBe("");
    const paths = ["/", "/v1/validate", "/v1/rules"];
    const answers = await Promise.all(paths.map((path) => fetch(`http://127.0.0.1:${plain}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  test("drains: not ready any more, still answering, with each connection closed, and exit code 0", async () => {
    await writePair(await developmentCertificate());
    const served = inCluster("--shutdown-delay", "1");
    const { admission, plain } = await served.ports();
    served.kill();
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${plain}/readyz`)).status).toBe(503);
    expect(await review(admission, "/validate")).toMatchObject({ connection: "close", response: { allowed: false } });
    expect(await served.ended).toBe(0);
  });

  test("ends at once at the second signal", async () => {
    await writePair(await developmentCertificate());
    const served = inCluster("--shutdown-delay", "3600");
    await served.ports();
    served.kill();
    await expect.poll(() => served.stderr).toContain('"msg":"draining"');
    served.kill();
    expect(await served.ended).toBe(143);
  });

  test("says in one line that there is no certificate, and ends with 2", async () => {
    const served = inCluster();
    expect(await served.ended).toBe(2);
    expect(served.stderr).toBe(`gatehouse: cannot read certificate file ${join(directory, "tls.crt")}: no such file\n`);
  });
});

test.each(["--port", "--plain-port"])("a %s in use is one line and exit code 2", async (option) => {
  const taken = createServer();
  stack.defer(() => new Promise<void>((resolve) => void taken.close(() => resolve())));
  const port = await listen(taken, { host: "127.0.0.1", port: 0 });
  const other = option === "--port" ? "--plain-port" : "--port";
  const served = new Served("--standalone", option, String(port), other, "0");
  expect(await served.ended).toBe(2);
  expect(served.stderr).toBe(`gatehouse: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
});

function isTrusted(port: number, { certificate }: KeyPair): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: "127.0.0.1", port, ca: certificate }, () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
