import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { codeBlocks } from "../repository/code-blocks.ts";
import { describeOnOwnControlPlane } from "../support/control-plane/connect.ts";
import { HelmRelease } from "../support/gatehouse/helm-release.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // Helm waits for processes to start

const ROOT = join(import.meta.dirname, "../..");

describeOnOwnControlPlane(
  "the README on a cluster",
  (plane) => {
    const stack = new AsyncDisposableStack();
    let release: HelmRelease;
    /** Where kubectl keeps its cache. */
    let home: string;
    let steps: readonly Step[] = [];

    beforeAll(async () => {
      home = stack.use(await mkdtempDisposable(join(tmpdir(), "gatehouse-readme-"))).path;
      release = stack.use(await HelmRelease.prepare(plane()));
      steps = stepsOf(await readFile(join(ROOT, "README.md"), "utf8"));
    });
    afterAll(() => stack.disposeAsync());

    test("installs with the values that it gives", async () => {
      const install = steps.find(({ command }) => command.startsWith("helm install "));
      const flags = Array.from(
        install?.command.matchAll(/--set (?:'([^']+)'|(\S+))/g) ?? [],
        ([, a, b]) => `--set=${a ?? b}`,
      );
      expect(flags).toContain("--set=secretNamespaces={default}");
      await release.install({ flags, values: { hooks: { timeoutSeconds: 120 } } });
    });

    test("shows what kubectl says at each step", async () => {
      const asked = steps.filter(({ command }) => command.includes("kubectl "));
      expect(asked.length).toBeGreaterThan(4);
      const said: string[] = [];
      for (const { command, output } of asked) said.push(`$ ${command}\n${await settled(command, output)}`);
      expect(said.join("\n")).toBe(
        asked.map(({ command, output }) => `$ ${command}\n${withoutAges(output)}`).join("\n"),
      );
    });

    /** What a command says, who is as slow as somebody who reads: statuses are told by then, and policies known. */
    async function settled(command: string, expected: string): Promise<string> {
      const rehearsal = command.replace("kubectl apply -f -", "kubectl apply --dry-run=server -f -");
      const isRead = command.startsWith("kubectl get ");
      const end = performance.now() + (isRead || rehearsal !== command ? PATIENCE_MILLISECONDS : 0);
      for (;;) {
        const said = withoutAges(await shell(rehearsal));
        const isOver = said === withoutAges(expected) || performance.now() >= end;
        if (isOver) return rehearsal === command ? said : withoutAges(await shell(command));
        await pause(PAUSE_MILLISECONDS);
      }
    }

    /** Both streams, as a terminal shows them. */
    async function shell(command: string): Promise<string> {
      const { kubectlProgram, kubeconfig } = plane();
      const path = `${dirname(kubectlProgram)}:/usr/local/bin:/usr/bin:/bin`;
      const options = { cwd: ROOT, env: { PATH: path, HOME: home, KUBECONFIG: kubeconfig } };
      const { stdout } = await promisify(execFile)("sh", ["-c", `(${command}) 2>&1 || true`], options);
      return stdout;
    }
  },
  { certManager: true },
);

const PATIENCE_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 500;

interface Step {
  readonly command: string;
  readonly output: string;
}

/** The commands of the section about a cluster, each with what is shown after it. */
function stepsOf(readme: string): readonly Step[] {
  const [, rest = ""] = readme.split("\n## On a cluster\n");
  const [section = ""] = rest.split("\n## ");
  const text = codeBlocks(section)
    .filter(({ language }) => language === "console")
    .map((block) => block.text)
    .join("");
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => ({ command: step.split("\n", 1)[0] ?? "", output: step.slice(step.indexOf("\n") + 1) }));
}

/** The last column of `kubectl get`. */
function withoutAges(output: string): string {
  return output.replaceAll(/\b\d+[smh](?:\d+s)?$/gm, "AGE");
}
