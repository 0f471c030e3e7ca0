import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { connect } from "./connect.ts";

/** A directory for kubeconfig files. */
async function directory() {
  const path = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const write = async (name: string, content: unknown) => {
    const file = join(path, name);
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const remove = () => rm(path, { recursive: true });
  return { path, write, [Symbol.asyncDispose]: remove };
}

function kubeconfig(name: string, { user = {}, cluster = {} }: { user?: object; cluster?: object } = {}) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: `https://${name}.example:6443/`, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: `in-${name}` } }],
  };
}

function open(path: string, context?: string) {
  return connect({ kubeconfig: path, context, clock: new ManualClock() });
}

test("connects to the current context", async () => {
  await using files = await directory();
  const path = await files.write("config", kubeconfig("one", { cluster: { "tls-server-name": "inner" } }));
  const connection = await open(path);
  expect(connection).toMatchObject({
    server: "https://one.example:6443",
    namespace: "in-one",
    serverName: "inner",
    isUnverified: false,
  });
});

test("merges files as kubectl does: the first that says something wins, those that are missing do not matter", async () => {
  await using files = await directory();
  const first = await files.write("first", kubeconfig("one"));
  const both = kubeconfig("two");
  both.clusters.push({ name: "one", cluster: { server: "https://late.example" } });
  const second = await files.write("second", both);
  const list = [join(files.path, "missing"), first, second].join(delimiter);
  expect((await open(list)).server).toBe("https://one.example:6443");
  expect((await open(list, "two")).server).toBe("https://two.example:6443");
});

test("takes certificates and keys from data or from files beside the kubeconfig", async () => {
  await using files = await directory();
  await files.write("ca.pem", "authority");
  await files.write("key.pem", "key");
  const config = kubeconfig("one", {
    cluster: { "certificate-authority": "ca.pem" },
    user: { "client-certificate-data": btoa("certificate"), "client-key": "key.pem" },
  });
  const connection = await open(await files.write("config", config));
  expect(await connection.identity(false)).toEqual({
    headers: {},
    certificateAuthority: "authority",
    certificate: "certificate",
    privateKey: "key",
  });
});

test.each([
  ["a token", { token: "abc" }, "Bearer abc"],
  ["a token file", { tokenFile: "token" }, "Bearer from-file"],
  ["a name and password", { username: "me", password: "secret" }, `Basic ${btoa("me:secret")}`],
])("proves itself by %s", async (_, user, authorization) => {
  await using files = await directory();
  await files.write("token", "from-file\n");
  const connection = await open(await files.write("config", kubeconfig("one", { user })));
  expect((await connection.identity(false)).headers).toEqual({ authorization });
});

test("asks a plugin for credentials, says what it is for, and asks again when they are not believed", async () => {
  await using files = await directory();
  const plugin = await files.write(
    "plugin",
    `#!/bin/sh
echo x >> ${join(files.path, "calls")}
calls=$(wc -l < ${join(files.path, "calls")} | tr -d ' ')
case "$KUBERNETES_EXEC_INFO" in *client.authentication.k8s.io/v1*) known=yes ;; *) known=no ;; esac
printf '{"kind":"ExecCredential","status":{"token":"call-%s-%s-%s"}}' "$calls" "$known" "$EXTRA"
`,
  );
  await chmod(plugin, 0o700);
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: plugin,
    env: [{ name: "EXTRA", value: "extra" }],
  };
  const connection = await open(await files.write("config", kubeconfig("one", { user: { exec } })));
  const bearer = async (refresh: boolean) => (await connection.identity(refresh)).headers["authorization"];
  expect(await bearer(false)).toBe("Bearer call-1-yes-extra");
  expect(await bearer(false)).toBe("Bearer call-1-yes-extra");
  expect(await bearer(true)).toBe("Bearer call-2-yes-extra");
});

/** A token as far as its holder looks into it. */
function tokenUntil(moment: number): string {
  const parts = [{ alg: "none" }, { exp: moment }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...parts, "signature"].join(".");
}

test("takes the token of an OIDC provider for as long as it holds, and none when it cannot be renewed", async () => {
  await using files = await directory();
  const authorizationOf = async (token: string) => {
    const user = { "auth-provider": { name: "oidc", config: { "id-token": token } } };
    const connection = await open(await files.write("config", kubeconfig("one", { user })));
    return (await connection.identity(false)).headers["authorization"];
  };
  const [past, future] = [tokenUntil(1), tokenUntil(Date.UTC(2100, 0, 1) / 1000)];
  expect(await authorizationOf(past)).toBeUndefined();
  expect(await authorizationOf(future)).toBe(`Bearer ${future}`);
});

test.each([
  ["is not there", undefined, "no kubeconfig at"],
  ["is not YAML", "{", "is not a kubeconfig"],
  ["has no current context", { ...kubeconfig("one"), "current-context": "" }, "no current context"],
  ["names a context that is not there", { ...kubeconfig("one"), "current-context": "two" }, 'no context "two"'],
  ["names a cluster that is not there", { ...kubeconfig("one"), clusters: [] }, 'no cluster "one"'],
  ["names a user who is not there", { ...kubeconfig("one"), users: [] }, 'no user "one"'],
  ["wants a SOCKS proxy", kubeconfig("one", { cluster: { "proxy-url": "socks5://p" } }), "only HTTP proxies"],
])("says what is wrong with a kubeconfig that %s", async (_, content, message) => {
  await using files = await directory();
  const path = content === undefined ? join(files.path, "none") : await files.write("config", content);
  await expect(open(path)).rejects.toThrow(message);
});

test("says so when there is no way to any cluster", async () => {
  await expect(connect({ clock: new ManualClock() })).rejects.toThrow("no cluster");
});
