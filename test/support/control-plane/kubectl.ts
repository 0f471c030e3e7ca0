import { execFile } from "node:child_process";
import { delimiter } from "node:path";

export interface KubectlOptions {
  /** Written to standard input, for `-f -`. */
  readonly input?: string;
  /** Another kubeconfig file than the administrator's. */
  readonly kubeconfig?: string;
  /** The exit code that is right, 0 unless said otherwise; any other throws. `any` lets the caller judge. */
  readonly expect?: number | "any";
}

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl; throws when it ends with another code than expected, or not within a minute. */
export type Kubectl = (kubectlArguments: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>;

/** Makes a kubectl that sees nothing of its user's: its home, with the discovery cache, is the given directory. */
export function kubectlIn(home: string, program: string, kubeconfig: string): Kubectl {
  return async (kubectlArguments, options = {}) => {
    const env = { HOME: home, PATH: ["/usr/local/bin", "/usr/bin", "/bin"].join(delimiter) };
    const config = ["--kubeconfig", options.kubeconfig ?? kubeconfig];
    const result = await run(program, [...config, ...kubectlArguments], env, options.input ?? "");
    const expected = options.expect ?? 0;
    if (expected === "any" || expected === result.code) return result;
    const command = `kubectl ${kubectlArguments.join(" ")}`;
    throw new Error(`${command} ended with ${result.code}, not ${expected}:\n${result.stdout}${result.stderr}`);
  };
}

function run(
  program: string,
  programArguments: readonly string[],
  env: Record<string, string>,
  input: string,
): Promise<KubectlResult> {
  const limits = { timeout: 60_000, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, programArguments, { env, ...limits }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
      else reject(new Error(`kubectl did not end by itself: ${stdout}${stderr}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined); // it may end without reading; its exit code tells
    child.stdin?.end(input);
  });
}
