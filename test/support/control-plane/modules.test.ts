import { expect, test } from "vitest";
import { type GoModule, goModules, kubernetesVersion, readGoMod, requiredVersion } from "./modules.ts";

const modules: readonly GoModule[] = Object.values(goModules);

test("the Kubernetes version is the require line of its go.mod", () => {
  expect(kubernetesVersion()).toMatch(/^v1\.\d+\.\d+$/);
  expect(readGoMod(goModules.kubernetes)).toContain(`\tk8s.io/kubernetes ${kubernetesVersion()}`);
});

test("every staging module is replaced by the version that belongs to Kubernetes' own", () => {
  const replaced = [...readGoMod(goModules.kubernetes).matchAll(/^\t(k8s\.io\/\S+) => (\S+) (\S+)$/gm)];
  expect(replaced.length).toBeGreaterThan(30);
  const stagingVersion = kubernetesVersion().replace(/^v1\./, "v0.");
  for (const [, original, replacement, version] of replaced) {
    expect({ original, replacement, version }).toEqual({ original, replacement: original, version: stagingVersion });
  }
});

test("the linked version agrees with the go.mod", () => {
  expect(goModules.kubernetes.linkedValues("require k8s.io/kubernetes v1.40.3\n")).toEqual({
    "k8s.io/component-base/version.gitVersion": "v1.40.3",
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": "40",
  });
});

test.each(modules)(
  "the go.mod of $name has a tool line for each of its programs, or is the program's own",
  (module) => {
    const goMod = readGoMod(module);
    for (const path of Object.values(module.programs)) {
      expect(goMod.split("\n").map((line) => line.replace(/^(tool|module) /, "").trim())).toContain(path);
    }
  },
);

test("a required version is found in both spellings, and a replacement is not mistaken for one", () => {
  expect(requiredVersion("require example.com/a v1.2.3\n", "example.com/a")).toBe("v1.2.3");
  expect(requiredVersion("require (\n\texample.com/a v1.2.3 // indirect\n)\n", "example.com/a")).toBe("v1.2.3");
  expect(() => requiredVersion("replace (\n\texample.com/a => example.com/b v1.2.3\n)\n", "example.com/a")).toThrow(
    "does not require example.com/a",
  );
});
