/**
 * `npm run cluster`: a real control plane with Gatehouse in it, until Ctrl-C. The
 * examples' policies are applied, and Gatehouse watches them; with `--objects`
 * it reads the files of a folder instead.
 */
import { once } from "node:events";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "./control-plane/start.ts";
import { ControlPlaneUnavailable } from "./control-plane/unavailable.ts";
import { installCustomResourceDefinitions, installGatehouse } from "./gatehouse/install.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "examples/objects");

const { values } = parseArgs({ options: { objects: { type: "string" } } });

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

try {
  await run(values.objects);
} catch (error) {
  if (!(error instanceof ControlPlaneUnavailable)) throw error;
  process.stderr.write(`npm run cluster: ${error.message}\n`);
  process.exitCode = 1;
}

async function run(objects: string | undefined): Promise<void> {
  process.stderr.write("Starting etcd, kube-apiserver, kube-controller-manager and cert-manager ...\n");
  await using plane = await startControlPlane({ certManager: true });
  await installCustomResourceDefinitions(plane);
  if (objects === undefined) await plane.kubectl(["apply", "--server-side", "-f", EXAMPLES]);
  await using _gatehouse = await installGatehouse(plane, {
    objects,
    replicas: 2,
    values: { "secretNamespaces[0]": "default" },
  });
  process.stdout.write(instructions(plane.kubeconfig, plane.kubectlProgram, objects));
  await Promise.race([once(stop.signal, "abort"), plane.ended]);
  process.stderr.write("Stopping ...\n");
}

function instructions(kubeconfig: string, kubectl: string, objects: string | undefined): string {
  const policies =
    objects === undefined
      ? `are objects of it,
applied from ${relative(process.cwd(), EXAMPLES)}. What you change holds for the next apply.`
      : `come from
${objects}
and are read again when a file changes.`;
  return `
Gatehouse guards this cluster. Policies, approved models and classes ${policies}

  export KUBECONFIG=${kubeconfig}
  alias kubectl=${kubectl}

  kubectl apply -f ${example("default-ai-config.yaml")}    # accepted, with warnings and defaults
  kubectl wait --for=condition=Ready aigw --all             # and delivered:
  kubectl get configmap default-ai-config-gateway -o yaml
  kubectl apply -f ${example("bad-config.yaml")}           # denied, with every fault at once
  kubectl get aigw,aigwp,aimodel,aigwc

Ctrl-C stops everything.
`;
}

function example(file: string): string {
  return relative(process.cwd(), join(ROOT, "examples", file));
}
