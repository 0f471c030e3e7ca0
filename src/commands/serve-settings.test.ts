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
    "certificate-secret": undefined,
    "service-name": undefined,
    "webhook-configurations": undefined,
    "certificate-lifetime": undefined,
    "authority-lifetime": undefined,
    "certificate-settling": undefined,
    "certificate-overlap": undefined,
    "client-ca-file": undefined,
    "client-names": undefined,
    "bind-address": undefined,
    port: "0",
    "plain-bind-address": "127.0.0.1",
    "plain-port": "0",
    "shutdown-delay": undefined,
    "without-controller": false,
    "controller-name": undefined,
    namespaces: undefined,
    "gateway-selector": undefined,
    "secret-namespaces": undefined,
    "rollout-namespaces": undefined,
    "managed-namespaces": undefined,
    "cluster-objects": undefined,
    "lease-name": undefined,
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

test("a certificate is a directory's, the servers' own in a Secret, or made in memory for this machine", () => {
  expect(settingsOf({}).certificate).toEqual({ from: "directory", directory: "certificates" });
  const known = settingsOf({ "service-name": "guard" }, { ...POD, podNamespace: "system" }).certificate;
  expect(known).toEqual({ from: "directory", directory: "certificates", dnsName: "guard.system.svc" });
  expect(settingsOf({ standalone: true, "certificate-directory": undefined }).certificate).toEqual({ from: "memory" });
  expect(settingsOf(OWN, { ...POD, podNamespace: "system" }).certificate).toEqual({
    from: "secret",
    namespace: "system",
    secret: "own",
    service: "gatehouse",
    webhookConfigurations: "gatehouse",
    leafMilliseconds: 2160 * HOUR,
    authorityMilliseconds: 87_600 * HOUR,
    settlingMilliseconds: 10_000,
    overlapMilliseconds: HOUR,
  });
});

const HOUR = 3_600_000;

const OWN: Partial<ServeValues> = {
  "certificate-directory": undefined,
  "certificate-secret": "own",
  "service-name": "gatehouse",
  "webhook-configurations": "gatehouse",
};

test("a controller runs where there is a cluster, unless it is not wanted", () => {
  expect(settingsOf({ standalone: true }).controller).toBeUndefined();
  expect(settingsOf({ objects: "files" }).controller).toBeUndefined();
  expect(settingsOf({ "without-controller": true }).controller).toBeUndefined();
  expect(settingsOf({}, { ...POD, podNamespace: "system", podName: "gatehouse-1" }).controller).toEqual({
    controllerName: "gateway.example.com/gatehouse",
    namespaces: [],
    gatewaySelector: undefined,
    secretNamespaces: [],
    rolloutNamespaces: [],
    managedNamespaces: [],
    clusterObjects: [],
    lease: { namespace: "system", name: "gatehouse" },
    identity: "gatehouse-1",
  });
  const words = { "controller-name": "a.example/c", namespaces: "a, b,a", "gateway-selector": "team=a" };
  expect(settingsOf(words).controller).toMatchObject({
    controllerName: "a.example/c",
    namespaces: ["a", "b"],
    gatewaySelector: { matchExpressions: [{ key: "team", operator: "In", values: ["a"] }] },
    lease: { namespace: undefined },
  });
  expect(settingsOf({ "cluster-objects": "clusterroles/a, clusterroles/b" }).controller?.clusterObjects).toMatchObject([
    { type: { plural: "clusterroles" }, name: "a" },
    { type: { plural: "clusterroles" }, name: "b" },
  ]);
});

test.each<[string, Partial<ServeValues>, RegExp]>([
  ["a controller without a cluster", { objects: "files", namespaces: "a" }, /'--namespaces' needs a cluster/],
  [
    "a controller that is not wanted",
    { "without-controller": true, "lease-name": "a" },
    /'--lease-name' excludes '--without-controller'/,
  ],
  ["a wrong namespace", { "secret-namespaces": "a,*" }, /'--secret-namespaces' must be names of namespaces.*'a,\*'/],
  ["a wrong selector", { "gateway-selector": "a in b" }, /'--gateway-selector' must be requirements.*'a in b'/],
  [
    "an object of a resource that is none of the installation's",
    { "cluster-objects": "clusterroles/a,secrets/b" },
    /'--cluster-objects' must be RESOURCE\/NAME .*'clusterroles'.*not 'secrets\/b'/,
  ],
  [
    "two certificates",
    { ...OWN, "certificate-directory": "a" },
    /'--certificate-directory' and '--certificate-secret'/,
  ],
  ["a Secret without a cluster", { ...OWN, objects: "files" }, /'--certificate-secret' needs a cluster/],
  ["a Secret for no Service", { ...OWN, "service-name": undefined }, /needs '--service-name'/],
  ["times without a Secret", { "certificate-lifetime": "1h" }, /'--certificate-lifetime' needs '--certificate-secret'/],
  ["no duration", { ...OWN, "certificate-overlap": "long" }, /'--certificate-overlap' must be a duration.*not 'long'/],
  ["a life too short", { ...OWN, "certificate-lifetime": "9s" }, /'--certificate-lifetime' must be 10s or longer/],
  ["a short-lived authority", { ...OWN, "authority-lifetime": "2161h" }, /must be at least three times/],
  ["too long a settling", { ...OWN, "certificate-settling": "361h" }, /must be at most a sixth/],
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
