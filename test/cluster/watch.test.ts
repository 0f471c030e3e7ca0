import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";

const PROGRAM = join(import.meta.dirname, "../../src/main.ts");

/** `gatehouse watch` as a process of its own. Disposing kills it. */
class WatchProcess implements AsyncDisposable {
  readonly lines: string[] = [];
  /** Standard error. */
  readonly said: string[] = [];
  readonly ended: Promise<unknown[]>;
  readonly #child;

  constructor(...words: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, "watch", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = once(this.#child, "close");
    createInterface(this.#child.stdout).on("line", (line) => void this.lines.push(line));
    createInterface(this.#child.stderr).on("line", (line) => void this.said.push(line));
  }

  /** Resolves once it shows what there was, and watches. */
  async watching(): Promise<void> {
    await poll("watching", async () => this.said.some((line) => line.includes("watching until Ctrl-C")));
  }

  /** Every line so far without its time, once one of them is this. */
  async shown(line: string): Promise<readonly string[]> {
    return poll(`the line ${line}`, async () => {
      const lines = this.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ""));
      return lines.includes(line) && lines;
    });
  }

  async interrupt(): Promise<unknown> {
    this.#child.kill("SIGINT");
    return (await this.ended)[0];
  }

  /** Stops reading, as `| head` does. */
  turnAway(): void {
    this.#child.stdout.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

const SECRET = "c2VjcmV0LXZhbHVl";

describeOnControlPlane("gatehouse watch", (plane) => {
  const collection = (plural: string) => `/api/v1/namespaces/${plane.namespace}/${plural}`;
  const watch = (...words: readonly string[]) =>
    new WatchProcess(...words, "-n", plane.namespace, "--kubeconfig", plane.kubeconfig);
  const create = (plural: string, object: object) => plane.request("POST", collection(plural), { body: object });
  const patch = (path: string, body: object) => plane.request("PATCH", path, { body });

  test("shows what there is, and a ConfigMap that comes, changes and goes, until SIGINT", async () => {
    const labels = { watched: "yes" };
    const path = `${collection("configmaps")}/second`;
    await create("configmaps", { metadata: { name: "first", labels }, data: { a: "1" } });
    await create("configmaps", { metadata: { name: "unselected" } });
    await using process = watch("ConfigMap", "-l", "watched=yes");
    await process.watching();
    await create("configmaps", { metadata: { name: "second", labels }, data: { a: "1", b: "1" } });
    await patch(path, { data: { a: "2", b: null } });
    await plane.request("DELETE", path);
    const { namespace } = plane;
    expect(await process.shown(`- ${namespace}/second`)).toEqual([
      expect.stringMatching(`^= ${namespace}/first  1 key, \\d+s old$`),
      expect.stringMatching(`^\\+ ${namespace}/second  2 keys, \\d+s old$`),
      `~ ${namespace}/second`,
      '           data.a: "1" → "2"',
      '           data.b: "1" → (none)',
      `- ${namespace}/second`,
    ]);
    expect(await process.interrupt()).toBe(0);
    expect(process.said).toHaveLength(1);
  });

  test("tells that a key of a Secret changed and never its value, in either format", async () => {
    await using text = watch("secret");
    await using json = watch("secrets", "-o", "json");
    await Promise.all([text.watching(), json.watching()]);
    const path = `${collection("secrets")}/password`;
    const applied = { "kubectl.kubernetes.io/last-applied-configuration": SECRET, copy: SECRET };
    await create("secrets", { metadata: { name: "password", annotations: applied }, data: { a: SECRET } });
    await patch(path, { metadata: { annotations: { copy: "b" } }, data: { a: "eA==", b: SECRET } });
    await plane.request("DELETE", path);
    const { namespace } = plane;
    const lines = await text.shown(`- ${namespace}/password`);
    expect(lines.slice(1)).toEqual([
      `~ ${namespace}/password`,
      "           metadata.annotations.copy: (hidden) changed",
      "           data.a: (hidden) changed",
      "           data.b: (none) → (hidden)",
      `- ${namespace}/password`,
    ]);
    const records = await poll("three records", async () => {
      const all = json.lines.map((line) => JSON.parse(line) as { readonly name: string });
      return all.length >= 3 && all;
    });
    expect(records).toMatchObject([
      { type: "added", namespace, name: "password" },
      { type: "changed", changes: [{}, { path: "data.a", old: "(hidden)", new: "(hidden)" }, { path: "data.b" }] },
      { type: "deleted", namespace, name: "password" },
    ]);
    expect([...text.lines, ...json.lines].join("\n")).not.toContain(SECRET);
  });

  test("folds a status that changes into one line", async () => {
    const ports = [{ port: 80 }];
    await create("services", { metadata: { name: "front" }, spec: { type: "LoadBalancer", ports } });
    await using process = watch("svc");
    await process.watching();
    await patch(`${collection("services")}/front/status`, {
      status: { loadBalancer: { ingress: [{ hostname: "lb" }] } },
    });
    const lines = await process.shown('           status: 1 field: loadBalancer.ingress[0].hostname (none) → "lb"');
    expect(lines.slice(1, 2)).toEqual([`~ ${plane.namespace}/front`]);
  });

  test("ends when nobody reads any more", async () => {
    await using process = watch("cm");
    await process.watching();
    process.turnAway();
    await create("configmaps", { metadata: { name: "unread" } });
    expect((await process.ended)[0]).toBe(0);
  });

  test("says in one line each what is wrong with kind, selector, rights and address", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "gatehouse-watch-"));
    const changed = async (name: string, changes: KubeconfigChanges) => {
      const path = join(directory.path, name);
      await writeFile(path, changedKubeconfig(await readFile(plane.kubeconfig, "utf8"), changes));
      return path;
    };
    const nobody = await changed("nobody", { user: { as: "nobody" } });
    const nowhere = await changed("nowhere", { cluster: { server: "https://127.0.0.1:1" } });
    const messages = await Promise.all([
      messageOf("confgmaps", "--kubeconfig", plane.kubeconfig),
      messageOf("cm", "-l", "a=b=c", "--kubeconfig", plane.kubeconfig),
      messageOf("cm", "--kubeconfig", nobody),
      messageOf("cm", "--kubeconfig", nowhere),
    ]);
    expect(messages).toEqual([
      "gatehouse: watch: unknown kind 'confgmaps'; did you mean 'configmaps'?",
      expect.stringMatching(/^gatehouse: watch: bad selector: .*found '='/),
      expect.stringMatching(/^gatehouse: watch: forbidden: .*"nobody" cannot list .*"configmaps"/),
      expect.stringMatching(/^gatehouse: watch: cannot reach https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/),
    ]);
  });
});

/** The one line that it says before it ends with 2. */
async function messageOf(...words: readonly string[]): Promise<string | undefined> {
  await using process = new WatchProcess(...words);
  expect((await process.ended)[0]).toBe(2);
  expect(process.said).toHaveLength(1);
  return process.said[0];
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly user: object }[];
}

interface KubeconfigChanges {
  readonly cluster?: object;
  readonly user?: object;
}

/** The same kubeconfig with other fields in its cluster or user. */
function changedKubeconfig(text: string, { cluster, user }: KubeconfigChanges): string {
  const config = JSON.parse(text) as Kubeconfig;
  return JSON.stringify({
    ...config,
    clusters: config.clusters.map((one) => ({ ...one, cluster: { ...one.cluster, ...cluster } })),
    users: config.users.map((one) => ({ ...one, user: { ...one.user, ...user } })),
  });
}
