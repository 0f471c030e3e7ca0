import { expect, test } from "vitest";
import type { Config } from "#config";
import { type ServeSettings, type ServeValues, serveSettings } from "./serve-settings.ts";

const POD: Partial<Config> = { serviceHost: "10.96.0.1", servicePort: "443" };

function settingsOf(words: Partial<ServeValues>, config: Partial<Config> = POD): ServeSettings {
  const values = {
    standalone: false,
    objects: undefined,
    kubeconfig: undefined,
    "model-data": undefined,
    "certificate-directory": "certificates",
    "client-ca-file": undefined,
    "client-names": undefined,
    "bind-address": undefined,
    port: "0",
    "plain-bind-address": "127.0.0.1",
    "plain-port": "0",
    "shutdown-delay": undefined,
    "log-level": undefined,
  };
  const nothing = { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined };
  return serveSettings({ ...values, ...words }, { ...nothing, ...config });
}

function factsOf(words: Partial<ServeValues>, config: Partial<Config>) {
  return settingsOf(words, config).facts;
}

test("the option names the cluster, else KUBECONFIG does, else the Pod", () => {
  const environment = { ...POD, kubeconfig: "theirs" };
  expect(factsOf({ kubeconfig: "ours" }, environment)).toMatchObject({ from: "cluster", kubeconfig: "ours" });
  expect(factsOf({}, environment)).toMatchObject({ from: "cluster", kubeconfig: "theirs" });
  for (const kubeconfig of [undefined, ""]) {
    expect(factsOf({}, { ...POD, kubeconfig })).toEqual({ from: "cluster", kubeconfig: undefined, ...POD });
  }
});

test("files that were asked for win over what the environment says of a cluster", () => {
  expect(factsOf({ objects: "files" }, { ...POD, kubeconfig: "theirs" })).toEqual({
    from: "files",
    directory: "files",
  });
});

test("clients need a certificate where an authority is named, and one of the names", () => {
  expect(settingsOf({})).toMatchObject({ clientAuthorityFile: undefined, clientNames: [] });
  expect(settingsOf({ "client-ca-file": "ca.crt", "client-names": "kube-apiserver, a.example.com" })).toMatchObject({
    clientAuthorityFile: "ca.crt",
    clientNames: ["kube-apiserver", "a.example.com"],
  });
});

test.each<[string, Partial<ServeValues>, RegExp]>([
  ["names without an authority", { "client-names": "a" }, /'--client-names' needs '--client-ca-file'/],
  ["an empty name", { "client-ca-file": "ca.crt", "client-names": "a,,b" }, /commas between them, not 'a,,b'/],
  [
    "an authority beside a made certificate",
    { standalone: true, "certificate-directory": undefined, "client-ca-file": "ca.crt" },
    /'--client-ca-file' needs '--certificate-directory'/,
  ],
])("%s is the user's to mend", (_, words, message) => {
  expect(() => settingsOf(words)).toThrow(message);
});
