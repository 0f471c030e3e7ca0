import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EffectivePolicy } from "#policy/effective-policy.ts";
import {
  forbiddenAddresses,
  isListed,
  privateAddresses,
  spelledIPv4,
  spelledIPv6,
} from "../../../test/support/arbitrary-addresses.ts";
import { configWith, factsFor, findingsOf, type World } from "../../../test/support/facts.ts";
import { HOLDS } from "../rule.ts";
import { forbiddenEndpoint } from "./forbidden-endpoint.ts";

function find(endpoint: string, world: World = {}) {
  const object = configWith({ models: [{ name: "model", endpoint }] });
  return findingsOf(forbiddenEndpoint, factsFor({ object, ...world }));
}

const details = (endpoint: string, world?: World) => find(endpoint, world).map(({ detail }) => detail);
const isRefused = (endpoint: string, world?: World) => find(endpoint, world).some(({ advice }) => !advice);

type Endpoints = Partial<EffectivePolicy["endpoints"]>;
const by = <T>(value: T) => ({ value, source: "policy team-defaults" });
const allowPrivate: Endpoints = { allowPrivate: by(true) };

describe("forbidden-endpoint accepts", () => {
  it.each([
    "https://api.openai.com/v1",
    "https://openai.example.com/v1/chat/completions",
    "HTTPS://API.OpenAI.com:8443/v1?api-version=2024-10-21#top",
    "http://api.example.com",
    "https://openrouter.ai/api/v1",
    "https://8.8.8.8/v1",
    "https://[2606:4700::1111]:8443/v1",
    "https://[2606:4700:0:0:0:0:0:1111]",
    "https://my_tenant.api.example.com/v1",
    "https://1.2.3.4.5.example.com",
    "https://api.example.com/models/a@b",
    "https://svc.example.com",
    "https://api.svc.example.com",
  ])("%s", (url) => expect(find(url)).toEqual([]));

  it("without making anything", () => {
    const facts = factsFor({ object: configWith({ models: [{ name: "m", endpoint: "https://api.example.com" }] }) });
    const [url] = facts.owner.urls;
    expect(url && forbiddenEndpoint.judges.url?.(url, facts)).toBe(HOLDS);
  });
});

describe("forbidden-endpoint refuses addresses that are not public", () => {
  it.each([
    ["https://127.0.0.1/v1", "a loopback"],
    ["https://127.1", "a loopback"],
    ["https://localhost:8443", "a loopback"],
    ["https://api.localhost", "a loopback"],
    ["https://ip6-localhost", "a loopback"],
    ["https://[::1]", "a loopback"],
    ["https://0", "an unspecified"],
    ["https://169.254.169.254/latest/meta-data", "a cloud metadata"],
    ["https://2852039166", "a cloud metadata"],
    ["https://0xa9fea9fe", "a cloud metadata"],
    ["https://0251.0376.0251.0376", "a cloud metadata"],
    ["https://[::ffff:169.254.169.254]", "a cloud metadata"],
    ["https://[fd00:ec2::254]", "a cloud metadata"],
    ["https://metadata.google.internal/computeMetadata/v1", "a cloud metadata"],
    ["https://metadata.goog", "a cloud metadata"],
    ["https://metadata", "a cloud metadata"],
    ["https://100.100.100.200", "a cloud metadata"],
    ["https://169.254.1.1", "a link-local"],
    ["https://[fe80::1]", "a link-local"],
    ["https://[2002:7f00:1::]", "an IPv6 transition"],
    ["https://[2001:0:7f00:1::]", "an IPv6 transition"],
    ["https://[64:ff9b:1::a9fe:a9fe]", "an IPv6 transition"],
    ["https://224.0.0.1", "a multicast"],
    ["https://255.255.255.255", "a broadcast"],
  ])("%s", (url, kind) => {
    expect(details(url)).toContain(`must be a public host, not ${kind} address`);
    expect(isRefused(url, { endpoints: { ...allowPrivate, allowClusterLocal: by("All") } })).toBe(true);
  });

  it.each([
    "https://10.0.0.7/v1",
    "https://100.64.0.1",
    "https://172.16.0.1",
    "https://192.168.1.1",
    "https://[fc00::1]",
    "https://[::ffff:10.0.0.7]",
    "https://llm.corp.internal/v1",
    "https://nas.local",
    "https://nas.home.arpa",
  ])("%s, unless a policy allows private ones", (url) => {
    expect(details(url)).toEqual([
      "must be a public host, not a private one, unless a policy sets `endpoints.allowPrivate`",
    ]);
    expect(find(url, { endpoints: allowPrivate })).toEqual([]);
    expect(find(url, { endpoints: { allowPrivate: by(false) } })).toMatchObject([
      { detail: "must be a public host, not a private one", source: "policy team-defaults" },
    ]);
  });

  it("in every spelling, whatever a policy allows", () => {
    const address = fc.oneof(spelledIPv4, spelledIPv6);
    const around = fc.constantFrom(
      (host: string) => `https://${host}/v1`,
      (host: string) => `http://${host}:8080`,
      (host: string) => `hTTps:${host}`,
      (host: string) => `https:\\\\${host}\\v1`,
      (host: string) => `https://api.openai.com@${host}`,
      (host: string) => `https://api.openai.com%2f@${host}#@api.openai.com`,
      (host: string) => `\u0000 https:////${host}?api.openai.com`,
    );
    fc.assert(
      fc.property(address, around, (host, write) => {
        const url = write(host);
        const { hostname } = new URL(url);
        const isForbidden = isListed(forbiddenAddresses, hostname);
        const isPrivate = isListed(privateAddresses, hostname);
        expect([isForbidden, isRefused(url, { endpoints: allowPrivate })]).not.toEqual([true, false]);
        expect([isForbidden || isPrivate, isRefused(url)]).not.toEqual([true, false]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("forbidden-endpoint judges hosts inside the cluster", () => {
  const own = "must be a Service of namespace 'team-a', as in 'name.team-a.svc'";
  const ofOthers = [
    "http://llama.team-b.svc.cluster.local:8000/v1",
    "https://llama.team-b.svc",
    "https://llama-0.llama.team-b.svc",
    "https://llama.team-b.svc.cluster.internal",
    "http://llama.team-b.svc.k8s.example.com",
    "https://llama.team-b",
    "https://llama-0.llama.team-b",
    "https://llama.team-unknown",
    "https://llama.vault",
    "http://llama.dev",
    "https://ollama",
    "https://svc.cluster.local",
    "https://foo.svc",
    "https://foo.cluster.local",
  ];
  const world: World = { otherNamespaces: ["team-b", "vault", "dev", "ai"] };

  it.each([
    "http://llama.team-a.svc.cluster.local:8000/v1",
    "http://llama.team-a.svc",
    "http://llama-0.llama.team-a.svc",
    "https://llama.team-a",
  ])("and allows %s, of the object's own namespace, unless a policy allows none", (url) => {
    expect(find(url, world)).toEqual([]);
    expect(find(url, { ...world, endpoints: { allowClusterLocal: by("None") } })).toMatchObject([
      {
        detail: "must be a host outside the cluster",
        source: "policy team-defaults",
      },
    ]);
  });

  it.each(ofOthers)("and refuses %s, unless a policy allows all", (url) => {
    expect(details(url, world)).toEqual([`${own}, unless a policy sets \`endpoints.allowClusterLocal\` to 'All'`]);
    expect(find(url, { ...world, endpoints: { allowClusterLocal: by("All") } })).toEqual([]);
  });

  it.each(["https://openrouter.ai", "https://api.x.ai", "https://llama.dev"])(
    "and takes %s for a public host though there is such a namespace, since the certificate tells",
    (url) => expect(find(url, world)).toEqual([]),
  );

  it.each([
    "https://kubernetes",
    "https://kubernetes.default",
    "https://kubernetes.default.svc",
    "https://kubernetes.default.svc.cluster.local:6443",
    "https://kubernetes.default.svc.k8s.example.com",
    "https://openshift.default.svc",
  ])("and never allows the API server, %s", (url) => {
    const facts: World = { namespace: "default", endpoints: { allowClusterLocal: by("All") } };
    expect(details(url, facts)).toEqual(["must not be the cluster's API server"]);
  });

  it.each(["http://169-254-169-254.team-a.pod", "http://10-0-0-1.team-a.pod.cluster.local"])(
    "and never allows the address of a Pod, %s, for which DNS answers with any address",
    (url) => {
      const facts: World = { endpoints: { allowClusterLocal: by("All"), allowPrivate: by(true) } };
      expect(details(url, facts)).toEqual(["must be a Service, not the address of a Pod"]);
    },
  );
});

describe("forbidden-endpoint holds hosts to every list that policies name", () => {
  const allowedHosts = [
    { value: ["*.openai.com", "api.anthropic.com"], source: "policy platform" },
    { value: ["api.openai.com", "*.anthropic.com"], source: "policy team" },
  ];

  it.each(["https://api.openai.com", "https://API.anthropic.com/v1"])("and allows %s", (url) =>
    expect(find(url, { endpoints: { allowedHosts } })).toEqual([]),
  );

  it.each([
    ["https://openai.com", "policy platform"],
    ["https://api.openai.com.evil.example", "policy platform"],
    ["https://evilopenai.com", "policy platform"],
    ["https://eu.api.openai.com", "policy team"],
    ["http://llama.team-a.svc", "policy platform"],
  ])("and refuses %s", (url, source) => {
    expect(find(url, { endpoints: { allowedHosts } })).toMatchObject([
      { detail: expect.stringMatching(/^must be a host that policy allows: '/) as string, source },
    ]);
  });

  it("and names ten of them at most, or none where lists have nothing in common", () => {
    const hosts = Array.from({ length: 12 }, (_, index) => `h${index}.example`);
    expect(details("https://x.example", onlyHosts(hosts))[0]).toMatch(/'h9\.example' and 2 more$/);
    expect(details("https://x.example", onlyHosts([]))).toEqual(["must be a host that policy allows: none"]);
  });
});

function onlyHosts(value: readonly string[]): World {
  return { endpoints: { allowedHosts: [{ value, source: "policy team-defaults" }] } };
}

describe("forbidden-endpoint only advises", () => {
  it.each([
    ["https://10.0.0.1.nip.io/v1", "a private"],
    ["https://app-169-254-169-254.sslip.io", "a cloud metadata"],
    ["https://a9fea9fe.nip.io", "a cloud metadata"],
    ["https://x.--1.sslip.io", "a loopback"],
    ["https://x.localtest.me", "a loopback"],
    ["https://lvh.me", "a loopback"],
    ["https://7f000001.c0a80001.rbndr.us", "a changing"],
  ])("against %s", (url, kind) => {
    const detail = `must be a public host; this name stands for ${kind} address`;
    expect(find(url)).toMatchObject([{ detail, advice: true }]);
  });

  it.each(["https://8.8.8.8.nip.io", "https://nip.io", "https://nip.io.example.com"])("and not against %s", (url) =>
    expect(find(url)).toEqual([]),
  );

  it("against a name that embeds a private address only where policy forbids those", () => {
    expect(find("https://10-0-0-1.nip.io", { endpoints: allowPrivate })).toEqual([]);
  });

  it("about internationalised names, which can look like others", () => {
    expect(find("https://xn--pple-43d.com")).toMatchObject([{ advice: true }]);
  });
});

describe("a finding of forbidden-endpoint", () => {
  it("is made where there is no URL that could be called", () => {
    expect(details("file:///etc/passwd")).toEqual(["must be an absolute http or https URL"]);
  });

  it("shows the host, and rests on the URL", () => {
    expect(find("https://127.0.0.1/v1")).toMatchObject([
      { at: [], kind: "Invalid value", value: "127.0.0.1", read: [["url"]], part: { path: "spec.models[0].endpoint" } },
    ]);
  });

  it("reports a spelling and a host at once", () => {
    expect(details("https://user@127.0.0.1/")).toEqual([
      "must not contain user info",
      "must be a public host, not a loopback address",
    ]);
  });

  it("is made for token URLs and URLs of policies too", () => {
    const clientSecretRef = { name: "client", key: "secret" };
    const object = configWith({
      models: [{ name: "m", auth: { oauth2: { tokenUrl: "https://localhost", clientId: "id", clientSecretRef } } }],
      policies: [{ name: "p", type: "accessControl", config: { jwt: { jwksURI: "https://localhost" } } }],
    });
    expect(findingsOf(forbiddenEndpoint, factsFor({ object })).map(({ part }) => part.path)).toEqual([
      "spec.models[0].auth.oauth2.tokenUrl",
      "spec.policies[0].config.jwt.jwksURI",
    ]);
  });

  it.each([
    "https://user:hunter2@localhost/?key=hunter2#hunter2",
    "https://hunter2:1/y@localhost",
    "https://hunter2@x:y/",
    "hunter2://localhost",
    "https://localhost/hunter2?hunter2",
    "https:\\\\hunter2@localhost",
  ])("never shows user info, path or query: %s", (url) => {
    const shown = find(url).map(({ value, detail }) => JSON.stringify([value, detail]));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.join()).not.toContain("hunter2");
  });
});
