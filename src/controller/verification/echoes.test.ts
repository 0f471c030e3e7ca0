import { expect, test } from "vitest";
import type { Rendered } from "#gateway/rendering.ts";
import { askCaddy } from "./caddy-echo.ts";
import type { Confirmation, Echo } from "./confirmation.ts";
import { askEnvoy } from "./envoy-echo.ts";
import { askAnyGateway } from "./json-echo.ts";
import { askLiteLlm } from "./litellm-echo.ts";

const HASH = "sha256:new";
const NOTHING: Rendered = { files: {}, secrets: {} };

/** What an echo makes of bodies by the path that they are asked at; any other path is asked in vain. */
async function said(
  echo: Echo,
  bodies: Readonly<Record<string, unknown>>,
  {
    path,
    rendered = NOTHING,
    headers = {},
  }: { path?: string; rendered?: Rendered; headers?: Record<string, string> } = {},
): Promise<string> {
  const instance = {
    base: "http://gw:1",
    path,
    get: (asked: string) => {
      const [name = ""] = Object.keys(bodies).filter((known) => asked === known || asked.startsWith(`${known}&`));
      const body = bodies[name];
      if (body === undefined) return Promise.resolve({ type: "unexpected" as const, message: `asked for ${asked}` });
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return Promise.resolve({ type: "answered" as const, status: 200, headers, body: text, isCut: false });
    },
  };
  return told(await echo(instance, { hash: HASH, rendered }));
}

function told(confirmation: Confirmation): string {
  return confirmation.type === "confirmed" ? "confirmed" : `${confirmation.type}: ${confirmation.message}`;
}

test.each<[string, unknown, string]>([
  ["the canonical document", { hash: HASH, models: [] }, "confirmed"],
  ["the hash alone", `${HASH}\n`, "confirmed"],
  ["the hash as JSON", `"${HASH}"`, "confirmed"],
  ["another hash", "sha256:old", 'differs: gw:1/config-hash: runs "sha256:old" instead of sha256:new'],
  [
    "a page that has the hash somewhere",
    `<p>last: ${HASH}</p>`,
    "unexpected: gw:1/config-hash: answers without a hash",
  ],
  ["an object that has it elsewhere", { old: [HASH] }, "unexpected: gw:1/config-hash: answers without a hash"],
  ["a hash that is a number", { hash: 7 }, "unexpected: gw:1/config-hash: answers without a hash"],
  ["null", null, 'differs: gw:1/config-hash: runs "null" instead of sha256:new'],
])("any gateway may answer with %s", async (_, body, verdict) => {
  expect(await said(askAnyGateway, { "/config-hash": body })).toBe(verdict);
});

test("any gateway may say the hash in a header, at a path of its own", async () => {
  const headers = { "gatehouse-config-hash": HASH };
  expect(await said(askAnyGateway, { "/healthz": "ok" }, { path: "/healthz", headers })).toBe("confirmed");
});

test.each<[string, unknown, string]>([
  ["its hash as an id", { apps: { http: { servers: { gw: { "@id": HASH } } } } }, "confirmed"],
  ["that of another", { apps: { "@id": "old" } }, 'differs: gw:1/config/: runs "old" instead of sha256:new'],
  ["none", { apps: {} }, "differs: gw:1/config/: runs no configuration of ours instead of sha256:new"],
  ["nothing, as after a start", "null\n", "differs: gw:1/config/: runs no configuration of ours instead of sha256:new"],
  [
    "the hash in what a user wrote",
    { apps: { body: HASH, headers: { "@id": [HASH] } } },
    "differs: gw:1/config/: runs no configuration of ours instead of sha256:new",
  ],
  ["a page", "<html>", "unexpected: gw:1/config/: answers something that is not JSON"],
  [
    "depths",
    `${"[".repeat(5000)}${"]".repeat(5000)}`,
    "differs: gw:1/config/: runs no configuration of ours instead of sha256:new",
  ],
])("Caddy's configuration holds %s", async (_, body, verdict) => {
  expect(await said(askCaddy, { "/config/": body })).toBe(verdict);
});

const model = (config_hash?: unknown, more = {}) => ({ model_name: "m", model_info: { config_hash, ...more } });
const LITELLM = "/v1/model/info";
const RENDERED = { files: { "config.yaml": `config_hash: "${HASH}"` }, secrets: {} };

test.each<[string, unknown, string]>([
  ["all of the file's", { data: [model(HASH), model(HASH)] }, "confirmed"],
  ["those of a database beside it", { data: [model(HASH), model(undefined, { db_model: true })] }, "confirmed"],
  [
    "one of an older file",
    { data: [model(HASH), model("old")] },
    `differs: gw:1${LITELLM}: runs "old" instead of sha256:new`,
  ],
  [
    "one of nobody's",
    { data: [model(HASH), model()] },
    `differs: gw:1${LITELLM}: runs no configuration of ours instead of sha256:new`,
  ],
  ["none", { data: [] }, `differs: gw:1${LITELLM}: runs no configuration of ours instead of sha256:new`],
  ["nonsense", { data: [null, 7] }, `differs: gw:1${LITELLM}: runs no configuration of ours instead of sha256:new`],
  ["no list", { data: {} }, `unexpected: gw:1${LITELLM}: answers without a list of models`],
  ["null", null, `unexpected: gw:1${LITELLM}: answers without a list of models`],
])("LiteLLM's models are %s", async (_, body, verdict) => {
  expect(await said(askLiteLlm, { [LITELLM]: body }, { rendered: RENDERED })).toBe(verdict);
});

test("LiteLLM without models has nothing that could carry the hash", async () => {
  expect(await said(askLiteLlm, { [LITELLM]: { data: [] } })).toBe("confirmed");
});

interface Envoy {
  readonly cds?: string;
  readonly lds?: string;
  readonly sds?: Readonly<Record<string, string>>;
  readonly listeners?: readonly unknown[];
  readonly clusters?: readonly unknown[];
}

/** Envoy 1.40.0's answers, as seen; an empty list is no field at all. */
function envoy({ cds = HASH, lds = HASH, sds = {}, listeners = [], clusters = [] }: Envoy): Record<string, unknown> {
  const secrets = Object.entries(sds).map(([name, value]) => version(`sds.${name}`, value));
  return {
    "/stats?type=TextReadouts": {
      stats: [version("cluster_manager.cds", cds), version("listener_manager.lds", lds), ...secrets],
    },
    "/config_dump?resource=dynamic_listeners": configs(listeners),
    "/config_dump?resource=dynamic_warming_clusters": configs(clusters),
  };
}

function version(subscription: string, value: string): object {
  return { name: `${subscription}.version_text`, value };
}

function configs(entries: readonly unknown[]): object {
  return entries.length === 0 ? {} : { configs: entries };
}

const SECRETS: Rendered = {
  files: { "lds.json": "{}" },
  secrets: {
    "sds.json": JSON.stringify({
      version_info: HASH,
      resources: [{ "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", name: "a:b" }],
    }),
  },
};

test.each<[string, Envoy, string]>([
  ["took both files", {}, "confirmed"],
  ["read no new clusters yet", { cds: "old" }, 'differs: gw:1: has clusters of "old" instead of sha256:new'],
  ["read no new listeners yet", { lds: "old" }, 'differs: gw:1: has listeners of "old" instead of sha256:new'],
  ["has just started", { cds: "", lds: "" }, 'differs: gw:1: has clusters of "" instead of sha256:new'],
  [
    "refuses a cluster",
    { cds: "old", clusters: [{ version_info: HASH, cluster: { name: "c1" } }] },
    'refused: gw:1: refuses cluster "c1"; its log says why',
  ],
  [
    "refused a cluster of the configuration before",
    { cds: "older", clusters: [{ version_info: "old", cluster: { name: "c1" } }] },
    'differs: gw:1: has clusters of "older" instead of sha256:new',
  ],
  [
    "refuses a listener, and repeats what it refuses",
    { lds: "old", listeners: [{ name: "l1", error_state: { details: 'header: "x"\n: Proto constraint failed' } }] },
    "refused: gw:1: refuses a listener: Proto constraint failed",
  ],
  [
    "has a listener that waits",
    { listeners: [{ name: "l1", warming_state: { version_info: HASH } }] },
    'differs: gw:1: listener "l1" is not ready yet',
  ],
  [
    "has a cluster that waits",
    { clusters: [{ version_info: HASH, cluster: { name: "c1" } }] },
    'differs: gw:1: cluster "c1" is not ready yet',
  ],
  ["uses no secret that it was given", {}, "confirmed"],
  ["took the secret", { sds: { a_b: HASH } }, "confirmed"],
  [
    "has a secret of before",
    { sds: { a_b: "old" } },
    'differs: gw:1: secret "a:b" is that of "old" instead of sha256:new',
  ],
  ["still has a secret that is in use no more", { sds: { a_b: HASH, gone: "old" } }, "confirmed"],
])("Envoy %s", async (_, state, verdict) => {
  expect(await said(askEnvoy, envoy(state), { rendered: SECRETS })).toBe(verdict);
});

test.each<[string, unknown]>([
  ["null", null],
  ["nonsense", { stats: [null, 3, { name: 7 }] }],
  ["a page", "<html>"],
  ["an Envoy without files", { stats: [] }],
])("Envoy's statistics may be %s", async (_, stats) => {
  const answers = { ...envoy({}), "/stats?type=TextReadouts": stats };
  expect(await said(askEnvoy, answers)).toMatch(/^unexpected: gw:1\/stats: answers without versions of clusters/);
});

test.each(["/config_dump", "/stats", "/"])("Envoy's admin interface is found at a URL of %s", async (path) => {
  expect(await said(askEnvoy, envoy({}), { path })).toBe("confirmed");
});
