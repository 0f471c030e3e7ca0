import { execFile } from "node:child_process";
import { mkdir, mkdtempDisposable, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ControlPlaneClient } from "../control-plane/client.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");

/** A shell of somebody who works on a cluster from a checkout of this repository. */
export interface Shell extends AsyncDisposable {
  /** Runs a script, which ends at the first command that fails, as an error with all that was said; answers what was printed. */
  readonly run: (script: string) => Promise<string>;
}

/** kubectl and helm are found by their names, and go to the control plane. What is written goes into a folder of its own. */
export async function openShell(plane: ControlPlaneClient): Promise<Shell> {
  const home = await mkdtempDisposable(join(tmpdir(), "gatehouse-shell-"));
  const programs = join(home.path, "bin");
  await mkdir(programs);
  await symlink(plane.kubectlProgram, join(programs, "kubectl"));
  if (plane.helmProgram !== undefined) await symlink(plane.helmProgram, join(programs, "helm"));
  await symlink(join(REPOSITORY, "charts"), join(home.path, "charts"));
  const env = {
    HOME: home.path,
    KUBECONFIG: plane.kubeconfig,
    PATH: [programs, "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
  };
  return {
    run: async (script) => {
      const options = { cwd: home.path, env, timeout: SCRIPT_MILLISECONDS };
      return (await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], options)).stdout;
    },
    [Symbol.asyncDispose]: () => home.remove(),
  };
}

/** Several commands of Helm that wait, beside whatever else the machine does. */
const SCRIPT_MILLISECONDS = 240_000;
