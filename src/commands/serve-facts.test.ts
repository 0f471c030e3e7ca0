import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { developmentCertificate } from "#server/development-certificate.ts";
import { type GatehouseProcess, startGatehouse } from "../../test/support/gatehouse/process.ts";
import { ScriptedApiServer } from "../../test/support/scripted-api-server/scripted-api-server.ts";
import { REVIEW } from "../../test/support/started-admission-server.ts";

/** Two cores may be shared with a build. */
vi.setConfig({ testTimeout: 30_000 });

const WITHIN = { timeout: 15_000 };

let stack: AsyncDisposableStack;

beforeEach(() => {
  stack = new AsyncDisposableStack();
});

afterEach(() => stack.disposeAsync());

/** Gatehouse on a cluster at this address, as soon as it listens. */
async function serveOn(server: string): Promise<GatehouseProcess> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-serve-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const { certificate, privateKey } = await developmentCertificate();
  await writeFile(join(directory, "tls.crt"), certificate);
  await writeFile(join(directory, "tls.key"), privateKey);
  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(server));
  const options = [
    ["--certificate-directory", directory],
    ["--kubeconfig", kubeconfig],
    ["--bind-address", "127.0.0.1"],
    ["--port", "0"],
    ["--plain-port", "0"],
    ["--shutdown-delay", "0"],
  ];
  return stack.use(await startGatehouse(options, "reading the cluster"));
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token: "planted-token" } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    "current-context": "c",
  });
}

async function readyz({ plain }: GatehouseProcess): Promise<readonly [number, string]> {
  const response = await fetch(`${plain}/readyz`);
  return [response.status, await response.text()];
}

/** The answer to a review: its code, and the time after which to ask again. */
function review({ admission }: GatehouseProcess): Promise<readonly [number | undefined, string | undefined]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly [number | undefined, string | undefined]>();
  const headers = { "content-type": "application/json" };
  const outgoing = request(
    `${admission}/validate`,
    { method: "POST", rejectUnauthorized: false, headers },
    (answer) => {
      answer.resume();
      resolve([answer.statusCode, answer.headers["retry-after"]]);
    },
  );
  outgoing.on("error", reject).end(JSON.stringify(REVIEW));
  return promise;
}

test("until the cluster was read, reviews are put off and /readyz names what is missing", async () => {
  const server = stack.use(await ScriptedApiServer.start());
  const failure = { code: 403, reason: "Forbidden", message: "approvedmodels is forbidden" };
  server.faults.always(({ collection }) =>
    collection.endsWith("/approvedmodels") ? { kind: "status", failure } : undefined,
  );
  const gatehouse = await serveOn(server.url);
  await vi.waitFor(async () => expect((await readyz(gatehouse))[1]).toContain("[+]cache-namespaces ok"), WITHIN);
  expect(await readyz(gatehouse)).toEqual([503, expect.stringContaining("[-]cache-approvedmodels failed")]);
  expect(await review(gatehouse)).toEqual([503, "1"]);
  expect(gatehouse.output()).toContain(failure.message);
  server.faults.always(undefined);
  await vi.waitFor(() => expect(gatehouse.output()).toContain('"msg":"ready"'), WITHIN);
  expect(await readyz(gatehouse)).toEqual([200, "ok"]);
  expect(await review(gatehouse)).toEqual([200, undefined]);
  const agents = new Set(server.requests.map(({ headers }) => headers["user-agent"]));
  expect([...agents]).toEqual([expect.stringMatching(/^gatehouse\/\d+\.\d+\.\d+$/)]);
  expect(await gatehouse.end()).toBe(0);
});

test("an API server that is away is no exit: the log says why, without a secret, and it goes on trying", async () => {
  const gone = await ScriptedApiServer.start();
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  const gatehouse = await serveOn(url);
  const refusals = () => gatehouse.output().match(/"error":"GET \/api.*ECONNREFUSED/g) ?? [];
  await vi.waitFor(() => expect(refusals().length).toBeGreaterThan(4), WITHIN); // there are four kinds
  expect((await readyz(gatehouse))[0]).toBe(503);
  expect(await gatehouse.end()).toBe(0);
  expect(gatehouse.output()).not.toMatch(/planted-token|"msg":"ready"/);
});
