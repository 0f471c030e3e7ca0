import { expect, test } from "vitest";
import type { Config } from "#config";
import { serveSettings } from "./serve-settings.ts";

const POD: Partial<Config> = { serviceHost: "10.96.0.1", servicePort: "443" };

function factsOf(words: { readonly kubeconfig?: string; readonly objects?: string }, config: Partial<Config>) {
  const values = {
    standalone: false,
    objects: words.objects,
    kubeconfig: words.kubeconfig,
    "certificate-directory": "certificates",
    "bind-address": undefined,
    port: "0",
    "plain-bind-address": "127.0.0.1",
    "plain-port": "0",
    "shutdown-delay": undefined,
    "log-level": undefined,
  };
  const nothing = { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined };
  return serveSettings(values, { ...nothing, ...config }).facts;
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
