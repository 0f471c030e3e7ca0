import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeOnControlPlane } from "../support/control-plane/connect.ts";
import { poll } from "../support/control-plane/poll.ts";
import { WatchProcess } from "../support/gatehouse/watch-process.ts";

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

  test("says in one line and an exit code what is wrong with kind, selector, rights and address", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "gatehouse-watch-"));
    const changed = async (name: string, changes: KubeconfigChanges) => {
      const path = join(directory.path, name);
      await writeFile(path, changedKubeconfig(await readFile(plane.kubeconfig, "utf8"), changes));
      return path;
    };
    const nobody = await changed("nobody", { user: { as: "nobody" } });
    const nowhere = await changed("nowhere", { cluster: { server: "https://127.0.0.1:1" } });
    const ends = await Promise.all([
      endOf("confgmaps", "--kubeconfig", plane.kubeconfig),
      endOf("cm", "-l", "a=b=c", "--kubeconfig", plane.kubeconfig),
      endOf("cm", "--kubeconfig", nobody),
      endOf("cm", "--kubeconfig", nowhere),
    ]);
    expect(ends).toEqual([
      [2, "gatehouse: watch: unknown kind 'confgmaps'; did you mean 'configmaps'?"],
      [2, expect.stringMatching(/^gatehouse: watch: bad selector: .*found '='/)],
      [3, expect.stringMatching(/^gatehouse: watch: forbidden: .*"nobody" cannot list .*"configmaps"/)],
      [4, expect.stringMatching(/^gatehouse: watch: cannot reach https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/)],
    ]);
  });
});

/** Its exit code and the one line that it said. */
async function endOf(...words: readonly string[]): Promise<readonly unknown[]> {
  await using process = new WatchProcess(...words);
  const [code] = await process.ended;
  return [code, ...process.said];
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
