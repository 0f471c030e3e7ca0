import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rendered } from "#gateway/rendering.ts";
import { Daemon } from "../control-plane/daemon.ts";
import { findFreePort } from "../control-plane/loopback.ts";
import { installedPackage } from "./python-package.ts";

/** A LiteLLM that runs one configuration. */
export interface LiteLlm extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
}

export const MASTER_KEY = "sk-master-of-the-tests";

const LITELLM = { name: "litellm", version: "1.106.2", requirement: "litellm[proxy]" } as const;

/** The program with its first arguments, from the cache or from PyPI. */
export async function litellmCommand(): Promise<readonly [program: string, script: string]> {
  const directory = await installedPackage(LITELLM);
  return [join(directory, "bin", "python"), join(directory, "bin", "litellm")];
}

/** What it needs beside its Secret. Without the first it fetches prices of models. */
export const LITELLM_ENVIRONMENT = {
  LITELLM_LOCAL_MODEL_COST_MAP: "True",
  LITELLM_MASTER_KEY: MASTER_KEY,
  LITELLM_TELEMETRY: "False",
} as const;

/** Starts it with the files of the ConfigMap, and with the Secret as its environment. */
export async function startLiteLlm(
  { files, secrets }: Rendered,
  environment: Readonly<Record<string, string>>,
): Promise<LiteLlm> {
  const directory = await mkdtemp(join(tmpdir(), "litellm-"));
  for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
  const [program, script] = await litellmCommand();
  const port = await findFreePort("127.0.0.1");
  const url = `http://127.0.0.1:${port}`;
  const daemon = new Daemon({
    name: "litellm",
    program,
    arguments: [script, "--config", join(directory, "config.yaml"), "--host", "127.0.0.1", "--port", String(port)],
    logDirectory: directory,
    environment: { PATH: "/usr/bin:/bin", HOME: directory, ...LITELLM_ENVIRONMENT, ...environment, ...secrets },
    isReady: async (signal) => (await fetch(`${url}/health/liveliness`, { signal })).ok,
  });
  const end = async () => {
    await daemon.end("SIGTERM");
    await rm(directory, { recursive: true });
  };
  await daemon.start(AbortSignal.timeout(START_MILLISECONDS)).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { url, [Symbol.asyncDispose]: end };
}

/** It takes 15 s. */
const START_MILLISECONDS = 60_000;
