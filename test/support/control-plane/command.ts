import { execFile } from "node:child_process";
import { basename, delimiter } from "node:path";

export interface CommandOptions {
  /** Written to standard input, for `-f -`. */
  readonly input?: string;
  /** Another kubeconfig file than the administrator's. */
  readonly kubeconfig?: string;
  /** The exit code that is right, 0 unless said otherwise; any other throws. `any` lets the caller judge. */
  readonly expect?: number | "any";
  /** Milliseconds that it may take, instead of a minute. */
  readonly within?: number;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; throws when it ends with another code than expected, or not in time. */
export type Command = (programArguments: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** Makes a kubectl or helm that sees nothing of its user's: its home, with its caches, is the given directory. */
export function commandIn(home: string, program: string, kubeconfig: string): Command {
  return async (programArguments, options = {}) => {
    const env = { HOME: home, PATH: ["/usr/local/bin", "/usr/bin", "/bin"].join(delimiter) };
    const config = ["--kubeconfig", options.kubeconfig ?? kubeconfig];
    const result = await run(program, [...config, ...programArguments], env, options);
    const expected = options.expect ?? 0;
    if (expected === "any" || expected === result.code) return result;
    const command = `${basename(program)} ${programArguments.join(" ")}`;
    throw new Error(`${command} ended with ${result.code}, not ${expected}:\n${result.stdout}${result.stderr}`);
  };
}

function run(
  program: string,
  programArguments: readonly string[],
  env: Record<string, string>,
  { input = "", within = 60_000 }: CommandOptions,
): Promise<CommandResult> {
  const limits = { timeout: within, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, programArguments, { env, ...limits }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
      else reject(new Error(`${program} did not end by itself: ${stdout}${stderr}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined); // it may end without reading; its exit code tells
    child.stdin?.end(input);
  });
}
