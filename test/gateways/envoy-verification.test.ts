import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Verification } from "#controller/verification/verification.ts";
import type { Rendered } from "#gateway/rendering.ts";
import { type Envoy, startEnvoy } from "../support/gateways/envoy.ts";
import { plainRequest } from "../support/gateways/plain-request.ts";
import { settled, systemVerifier } from "../support/settled-verification.ts";

const VERIFIED = { instances: 1, verified: 1, differing: 0 };

describe("a real Envoy", () => {
  let envoy: Envoy;
  let revision = 0;
  beforeAll(async () => {
    envoy = await startEnvoy();
  });
  afterAll(() => envoy[Symbol.asyncDispose]());

  /** A configuration that serves, which each test changes. */
  beforeEach(async () => {
    await envoy.configureSecrets({ "key.json": secret(hash(), "one") });
    await configure({});
    await verify();
  });

  const hash = () => `sha256:${revision}`;

  /** Writes one more configuration into the ConfigMap's files. */
  async function configure(parts: Parts): Promise<void> {
    revision += 1;
    await envoy.configure({ "lds.json": listeners(parts), "cds.json": clusters(parts) });
  }

  function listeners({ body = "hello", filters = [ROUTER] }: Parts): string {
    const manager = {
      "@type": `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "gateway",
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, direct_response: { status: 200, body: { inline_string: body } } }],
          },
        ],
      },
      http_filters: [credential(envoy.secretsDirectory), ...filters],
    };
    const listener = {
      "@type": `${TYPE}.config.listener.v3.Listener`,
      name: "gateway",
      address: { socket_address: { address: envoy.address, port_value: envoy.port } },
      filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
    };
    return JSON.stringify({ version_info: hash(), resources: [listener] });
  }

  function clusters({ address = "127.0.0.1", table = 65537 }: Parts): string {
    const cluster = (name: string, more: object) => ({
      "@type": `${TYPE}.config.cluster.v3.Cluster`,
      name,
      type: "STATIC",
      load_assignment: {
        cluster_name: name,
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 9 } } } }] }],
      },
      ...more,
    });
    const resources = [
      cluster("good", {}),
      cluster("other", { lb_policy: "MAGLEV", maglev_lb_config: { table_size: table } }),
    ];
    return JSON.stringify({ version_info: hash(), resources });
  }

  async function verify(secrets: Rendered["secrets"] = {}): Promise<Verification> {
    const spec = { adapter: "envoy", verify: { url: envoy.adminUrl, timeout: "2s" } } as const;
    return settled(systemVerifier(), spec, { hash: hash(), rendered: { files: {}, secrets } });
  }

  const served = async () => (await plainRequest(`http://${envoy.address}:${envoy.port}/`)).text;

  test("confirms when only clusters changed, and its dump would still show the old version of listeners", async () => {
    await configure({ address: "127.0.0.2" });
    expect(await verify()).toEqual(VERIFIED);
    const dump = await plainRequest(
      `${envoy.adminUrl}/config_dump?resource=dynamic_listeners&mask=active_state.version_info`,
    );
    expect(dump.text).not.toContain(hash());
  });

  test("confirms when nothing changed but the hash", async () => {
    await configure({});
    expect(await verify()).toEqual(VERIFIED);
  });

  test("confirms a listener that was updated in place", async () => {
    await configure({ body: "changed" });
    expect(await verify()).toEqual(VERIFIED);
    expect(await served()).toBe("changed");
  });

  test("says that it refuses one cluster of two, although it took the other", async () => {
    await configure({ address: "127.0.0.3", table: 4 });
    const verification = await verify();
    expect(verification).toMatchObject({ verified: 0, reason: "ConfigurationRefused" });
    expect(verification.lastError).toMatch(/refuses cluster "other"; its log says why$/);
  });

  test("says why it refuses a listener, and the old one serves", async () => {
    await configure({ body: "never", filters: [ROUTER, credential(envoy.secretsDirectory)] });
    const verification = await verify();
    expect(verification).toMatchObject({ verified: 0, reason: "ConfigurationRefused" });
    expect(verification.lastError).toMatch(/refuses a listener: .*router must be the last filter/);
    expect(await served()).toBe("hello");
  });

  test("does not confirm a file that it cannot read", async () => {
    revision += 1;
    await envoy.configure({ "lds.json": listeners({}), "cds.json": "{ half a fi" });
    expect(await verify()).toMatchObject({ verified: 0, reason: "HashMismatch" });
  });

  test("does not confirm before the Secret has come, which a kubelet mounts apart", async () => {
    await configure({});
    const rotated = { "key.json": secret(hash(), "two") };
    const early = await verify(rotated);
    expect(early).toMatchObject({ verified: 0, reason: "HashMismatch" });
    expect(early.lastError).toMatch(/secret "key" is that of "sha256:\d+" instead of sha256:\d+$/);
    await envoy.configureSecrets(rotated);
    expect(await verify(rotated)).toEqual(VERIFIED);
  });
});

interface Parts {
  readonly body?: string;
  readonly filters?: readonly object[];
  readonly address?: string;
  /** Of the second cluster; must be a prime number. */
  readonly table?: number;
}

const TYPE = "type.googleapis.com/envoy";

const ROUTER = { name: "router", typed_config: { "@type": `${TYPE}.extensions.filters.http.router.v3.Router` } };

function secret(version: string, value: string): string {
  const resource = {
    "@type": `${TYPE}.extensions.transport_sockets.tls.v3.Secret`,
    name: "key",
    generic_secret: { secret: { inline_string: value } },
  };
  return JSON.stringify({ version_info: version, resources: [resource] });
}

function credential(directory: string): object {
  const source = { path_config_source: { path: `${directory}/key.json`, watched_directory: { path: directory } } };
  const generic = {
    "@type": `${TYPE}.extensions.http.injected_credentials.generic.v3.Generic`,
    credential: { name: "key", sds_config: source },
    header: "x-key",
  };
  const injector = {
    "@type": `${TYPE}.extensions.filters.http.credential_injector.v3.CredentialInjector`,
    credential: { name: "generic", typed_config: generic },
  };
  return { name: "credential", typed_config: injector };
}
