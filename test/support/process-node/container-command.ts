import { dirname, join } from "node:path";

/** What a container is made of. */
export interface ContainerSpecification {
  /** An empty folder, over which its root is mounted; outside of it, it stays empty. */
  readonly root: string;
  readonly mounts: readonly Mount[];
  readonly readOnlyRoot: boolean;
  readonly user: ContainerUser;
  readonly workingDirectory: string;
  readonly program: readonly string[];
}

/** A folder or file of this machine and where the container sees it. */
export interface Mount {
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface ContainerUser {
  readonly user: number;
  readonly group: number;
  readonly mayGainPrivileges: boolean;
}

/** Program and arguments that run it. `isRoot`: whether we are; otherwise it runs as who we are, whatever its user. */
export function containerCommand(container: ContainerSpecification, isRoot: boolean): readonly [string, ...string[]] {
  const { root, mounts, readOnlyRoot, user, workingDirectory, program } = container;
  const mounted = mounts.toSorted(byDepth).flatMap(({ source, path, readOnly }) => [source, path, access(readOnly)]);
  return [
    "unshare",
    ...(isRoot ? [] : ["--map-root-user"]), // only root of a user namespace may mount
    "--mount",
    "setpriv",
    END_WITH_PARENT,
    CONTAINER,
    `${process.pid}`,
    root,
    ...mounted,
    `root-${access(readOnlyRoot)}`,
    ...privileges(user, isRoot),
    ...insideDirectory(workingDirectory),
    ...program,
  ];
}

/** Program and arguments that run a program in a container that runs, seeing what it sees. */
export function commandInside(
  processId: number,
  { user, workingDirectory }: ContainerSpecification,
  program: readonly string[],
  isRoot: boolean,
): readonly [string, ...string[]] {
  const namespaces = [...(isRoot ? [] : ["--user", "--preserve-credentials"]), "--mount", "--root"];
  const enter = ["--target", `${processId}`, ...namespaces];
  return ["nsenter", ...enter, ...privileges(user, isRoot), ...insideDirectory(workingDirectory), ...program];
}

const CONTAINER = join(import.meta.dirname, "container.sh");

function access(readOnly: boolean): "ro" | "rw" {
  return readOnly ? "ro" : "rw";
}

/** What lies in another comes after it. */
function byDepth(a: Mount, b: Mount): number {
  return depth(a.path) - depth(b.path);
}

function depth(path: string): number {
  return path === "/" ? 0 : depth(dirname(path)) + 1;
}

/** To setpriv: the kernel ends the program when we end, however we do. */
const END_WITH_PARENT = "--pdeathsig=KILL";

/** The end with us is set again, since a change of user takes it back. */
function privileges({ user, group, mayGainPrivileges }: ContainerUser, isRoot: boolean): readonly string[] {
  const identity = isRoot ? [`--reuid=${user}`, `--regid=${group}`, "--clear-groups"] : [];
  return ["setpriv", ...identity, ...(mayGainPrivileges ? [] : ["--no-new-privs"]), END_WITH_PARENT];
}

function insideDirectory(directory: string): readonly string[] {
  return ["env", `--chdir=${directory}`];
}
