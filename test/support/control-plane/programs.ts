import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BuildContext, buildMissingFiles } from "./build.ts";
import { type GoModule, goModules } from "./modules.ts";
import { cachedFile, missingFiles } from "./program-cache.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/** Paths of the programs that make a control plane. */
export interface Programs {
  /** Built in the version that modules/kubernetes/go.mod names, or whatever KUBEBUILDER_ASSETS holds. */
  readonly origin: "built" | "assets";
  readonly etcd: string;
  readonly apiServer: string;
  readonly kubectl: string;
  /** Absent with KUBEBUILDER_ASSETS on a machine without Go. */
  readonly more: MorePrograms | undefined;
}

/** What setup-envtest does not bring. */
export interface MorePrograms {
  readonly controllerManager: string;
  readonly certManager: string;
  /** Path of its manifests. */
  readonly certManagerDefinitions: string;
  readonly helm: string;
}

/**
 * Finds the programs: in KUBEBUILDER_ASSETS, in the cache, or by building them
 * with Go, which takes about twelve minutes the first time. Throws
 * ControlPlaneUnavailable when none of these is possible, and the Go tool's
 * words when a build fails.
 */
export async function findPrograms(context: BuildContext): Promise<Programs> {
  const { assetsDirectory, cacheDirectory } = context.environment;
  if (assetsDirectory !== undefined) return fromAssets(assetsDirectory, context);
  if (!(await prepare([goModules.etcd, goModules.kubernetes, ...moreModules], context)))
    throw new ControlPlaneUnavailable(withoutGo);
  return {
    origin: "built",
    etcd: cachedFile(cacheDirectory, goModules.etcd, "etcd"),
    apiServer: cachedFile(cacheDirectory, goModules.kubernetes, "kube-apiserver"),
    kubectl: cachedFile(cacheDirectory, goModules.kubernetes, "kubectl"),
    more: morePrograms(cacheDirectory),
  };
}

const moreModules: readonly GoModule[] = [goModules.helm, goModules.certManager];

function morePrograms(cacheDirectory: string): MorePrograms {
  return {
    controllerManager: cachedFile(cacheDirectory, goModules.kubernetes, "kube-controller-manager"),
    certManager: cachedFile(cacheDirectory, goModules.certManager, "cert-manager"),
    certManagerDefinitions: cachedFile(cacheDirectory, goModules.certManager, "crds.yaml"),
    helm: cachedFile(cacheDirectory, goModules.helm, "helm"),
  };
}

const withoutGo =
  "the control plane's programs are not built yet and there is no Go to build them with. " +
  "Install Go 1.26, or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl.";

async function fromAssets(directory: string, context: BuildContext): Promise<Programs> {
  const [etcd, apiServer, kubectl] = [
    join(directory, "etcd"),
    join(directory, "kube-apiserver"),
    join(directory, "kubectl"),
  ];
  const absent = [etcd, apiServer, kubectl].filter((path) => !existsSync(path));
  if (absent.length > 0) throw new ControlPlaneUnavailable(`KUBEBUILDER_ASSETS lacks ${absent.join(" and ")}.`);
  const built = await prepare([controllerManagerOnly, ...moreModules], context);
  if (!built)
    context.report("without Go there is no kube-controller-manager, cert-manager or Helm: what needs them fails");
  return {
    origin: "assets",
    etcd,
    apiServer,
    kubectl,
    more: built ? morePrograms(context.environment.cacheDirectory) : undefined,
  };
}

/** setup-envtest brings everything else of it. */
const controllerManagerOnly: GoModule = {
  ...goModules.kubernetes,
  programs: { "kube-controller-manager": goModules.kubernetes.programs["kube-controller-manager"] },
};

/** Builds what is missing; false when something is and there is no Go. */
async function prepare(modules: readonly GoModule[], context: BuildContext): Promise<boolean> {
  const missing = modules.flatMap((module) => missingFiles(context.environment.cacheDirectory, module));
  if (missing.length === 0) return true;
  if (!(await hasGo(context))) return false;
  context.report(`building ${missing.join(", ")} from source, once; all of them take about 12 minutes on 2 cores`);
  context.report(`they are kept in ${context.environment.cacheDirectory}`);
  for (const module of modules) await buildMissingFiles(module, context);
  return true;
}

async function hasGo({ environment }: BuildContext): Promise<boolean> {
  try {
    await promisify(execFile)("go", ["version"], { env: environment.inherited });
    return true;
  } catch {
    return false;
  }
}
