import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BuildContext, buildMissingFiles } from "./build.ts";
import { goModules } from "./modules.ts";
import { findPrograms } from "./programs.ts";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/**
 * A Go tool that writes down what it was asked for and makes the program after a
 * moment in which others may come. The sources of every module lie beside it.
 */
const workingGo = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require("node:fs");
const output = process.argv[process.argv.indexOf("-o") + 1];
if (process.argv[2] === "build") {
  appendFileSync(__dirname + "/asked", process.argv.at(-1) + "\\n");
  setTimeout(() => writeFileSync(output, "a program"), 20);
}
if (process.argv[2] === "list") console.log(__dirname);
`;

/** A Go tool that leaves half a program and says why it stopped. */
const failingGo = `#!${process.execPath}
const output = process.argv[process.argv.indexOf("-o") + 1];
if (process.argv[2] === "build") {
  require("node:fs").writeFileSync(output, "half a pro");
  process.stderr.write("cannot find module");
  process.exitCode = 1;
}
`;

let directory: string;
let reported: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatehouse-programs-"));
  reported = [];
});

afterEach(() => rm(directory, { recursive: true }));

test("builds everything once, also when two processes want it at the same moment", async () => {
  const context = await contextWith(workingGo);
  const [one, other] = await Promise.all([findPrograms(context), findPrograms(context)]);
  expect(one).toEqual(other);
  expect(await readFile(one.kubectl, "utf8")).toBe("a program");
  expect((await readFile(join(directory, "path", "asked"), "utf8")).trimEnd().split("\n")).toEqual([
    "go.etcd.io/etcd/server/v3",
    "k8s.io/kubernetes/cmd/kube-apiserver",
    "k8s.io/kubernetes/cmd/kube-controller-manager",
    "k8s.io/kubernetes/cmd/kubectl",
    "helm.sh/helm/v4/cmd/helm",
    "gatehouse/test/cert-manager",
  ]);
  expect(await readFile(one.more?.certManagerDefinitions ?? "", "utf8")).toBe("a: 1\n---\nb: 2\n");
  expect(reported).toContain("building kubectl from k8s.io/kubernetes/cmd/kubectl");
  await findPrograms({ ...context, environment: { ...context.environment, inherited: {} } }); // needs no Go again
});

test("a turn that a killed process never gave back is taken over", async () => {
  const context = await contextWith(workingGo);
  const abandoned = join(context.environment.cacheDirectory, "etcd.building");
  await mkdir(abandoned, { recursive: true });
  await utimes(abandoned, new Date(0), new Date(0));
  expect(await readFile((await findPrograms(context)).etcd, "utf8")).toBe("a program");
});

test("a failing build says what Go said and leaves no half program", async () => {
  const context = await contextWith(failingGo);
  await expect(findPrograms(context)).rejects.toThrow("cannot find module");
  const left = await readdir(context.environment.cacheDirectory, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

test("without Go and without a cache the control plane is unavailable and says what would help", async () => {
  const search = findPrograms(await contextWith(undefined));
  await expect(search).rejects.toBeInstanceOf(ControlPlaneUnavailable);
  await expect(search).rejects.toThrow("Install Go 1.26, or set KUBEBUILDER_ASSETS");
});

test("without Go what is built by itself says so too", async () => {
  const build = buildMissingFiles(goModules.helm, await contextWith(undefined));
  await expect(build).rejects.toThrow("helm is not built yet and there is no Go to build that with. Install Go 1.26.");
});

test("KUBEBUILDER_ASSETS supplies what it has, and the rest is built where there is Go", async () => {
  const assetsDirectory = await assetsWith(["etcd", "kube-apiserver", "kubectl"]);
  const withoutGo = await contextWith(undefined);
  const programs = await findPrograms({ ...withoutGo, environment: { ...withoutGo.environment, assetsDirectory } });
  expect(programs).toMatchObject({
    origin: "assets",
    etcd: join(assetsDirectory, "etcd"),
    more: undefined,
  });
  expect(reported.join("\n")).toContain("no kube-controller-manager");
  const withGo = await contextWith(workingGo);
  const more = await findPrograms({ ...withGo, environment: { ...withGo.environment, assetsDirectory } });
  expect(await readFile(more.more?.controllerManager ?? "", "utf8")).toBe("a program");
});

test("an incomplete KUBEBUILDER_ASSETS names what it lacks", async () => {
  const assetsDirectory = await assetsWith(["etcd", "kubectl"]);
  const context = await contextWith(undefined);
  const search = findPrograms({ ...context, environment: { ...context.environment, assetsDirectory } });
  await expect(search).rejects.toThrow(`KUBEBUILDER_ASSETS lacks ${join(assetsDirectory, "kube-apiserver")}.`);
});

/** An environment whose cache is empty and whose PATH holds this Go tool or nothing. */
async function contextWith(go: string | undefined): Promise<BuildContext> {
  const path = join(directory, "path");
  await mkdir(path, { recursive: true });
  if (go !== undefined) {
    await writeFile(join(path, "go"), go);
    await chmod(join(path, "go"), 0o755);
    await mkdir(join(path, "deploy/crds"), { recursive: true });
    await writeFile(join(path, "deploy/crds/b.yaml"), "b: 2\n");
    await writeFile(join(path, "deploy/crds/a.yaml"), "a: 1\n");
  }
  return {
    environment: {
      cacheDirectory: join(directory, "cache"),
      assetsDirectory: undefined,
      auditDirectory: undefined,
      continuousIntegration: false,
      inherited: { PATH: path },
    },
    report: (line) => reported.push(line),
    signal: new AbortController().signal,
  };
}

async function assetsWith(names: readonly string[]): Promise<string> {
  const assets = join(directory, "assets");
  await mkdir(assets, { recursive: true });
  for (const name of names) await writeFile(join(assets, name), "");
  return assets;
}
