import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A Go module under modules/ and what is made from it for the cache. The
 * versions stand in its go.mod alone.
 */
export interface GoModule {
  readonly name: string;
  /** Program name to Go package. */
  readonly programs: Readonly<Record<string, string>>;
  /** File name to the manifests in a required module's sources that it joins. */
  readonly manifests?: Readonly<Record<string, ManifestFolder>>;
  /** Values for the linker's -X, made from the go.mod. */
  readonly linkedValues: (goMod: string) => Readonly<Record<string, string>>;
  /** Build tags, as the go tool takes them. */
  readonly tags?: string;
  /** Where its go.mod lies, when that is not modules/<name>. */
  readonly directory?: string;
}

/** A folder of YAML files. */
export interface ManifestFolder {
  readonly module: string;
  readonly folder: string;
}

/** Every module that test support builds. */
export const goModules = {
  etcd: {
    name: "etcd",
    programs: { etcd: "go.etcd.io/etcd/server/v3" },
    linkedValues: () => ({}),
  },
  helm: {
    name: "helm",
    programs: { helm: "helm.sh/helm/v4/cmd/helm" },
    linkedValues: () => ({}),
  },
  certManager: {
    name: "cert-manager",
    programs: { "cert-manager": "gatehouse/test/cert-manager" },
    manifests: { "crds.yaml": { module: "github.com/cert-manager/cert-manager", folder: "deploy/crds" } },
    linkedValues: () => ({}),
  },
  kubernetes: {
    name: "kubernetes",
    programs: {
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
    linkedValues: (goMod) => {
      const version = requiredVersion(goMod, "k8s.io/kubernetes");
      const [major = "", minor = ""] = version.slice(1).split(".");
      const variables = "k8s.io/component-base/version";
      return {
        [`${variables}.gitVersion`]: version,
        [`${variables}.gitMajor`]: major,
        [`${variables}.gitMinor`]: minor,
      };
    },
  },
} as const satisfies Record<string, GoModule>;

/** The Kubernetes version, such as v1.37.2: the require line of modules/kubernetes/go.mod is its one setting. */
export function kubernetesVersion(): string {
  return requiredVersion(readGoMod(goModules.kubernetes), "k8s.io/kubernetes");
}

export function moduleDirectory(module: GoModule): string {
  return module.directory ?? join(import.meta.dirname, "modules", module.name);
}

export function readGoMod(module: GoModule): string {
  return readFileSync(join(moduleDirectory(module), "go.mod"), "utf8");
}

/** The version that a go.mod requires of a module path; throws when it does not. */
export function requiredVersion(goMod: string, path: string): string {
  for (const line of goMod.split("\n")) {
    const [first, second] = line
      .replace(/^require /, "")
      .trim()
      .split(" ");
    if (first === path && second !== undefined && second !== "=>") return second;
  }
  throw new Error(`the go.mod does not require ${path}`);
}
