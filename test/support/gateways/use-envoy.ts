import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { poll } from "../control-plane/poll.ts";
import { rendered } from "../rendering-case.ts";
import { type Envoy, startEnvoy } from "./envoy.ts";
import { type FakeUpstream, startFakeUpstream } from "./fake-upstream.ts";
import { type Ask, type GatewayScene, requestOf, sceneAt } from "./gateway-scene.ts";
import { plainRequest } from "./plain-request.ts";

export interface EnvoyScene extends GatewayScene {
  readonly envoy: () => Envoy;
}

/** An Envoy for a suite, with a canary in its environment and one beside the Secret's files. */
export function useEnvoy(canary: string): EnvoyScene {
  let envoy: Envoy;
  let upstream: FakeUpstream;
  let revision = 0;
  beforeAll(async () => {
    const environment = { CANARY: canary, PROVIDER_KEY: "from-the-environment" };
    envoy = await startEnvoy(undefined, environment, (configDirectory, adminPort) => {
      const parameters = { configDirectory, adminListen: `127.0.0.1:${adminPort}` };
      return rendered("envoy", { configuration: {}, parameters }).files["bootstrap.json"] ?? "";
    });
    await writeFile(join(envoy.secretsDirectory, "canary"), canary);
  });
  afterAll(() => envoy[Symbol.asyncDispose]());
  beforeEach(async () => {
    upstream = await startFakeUpstream();
  });
  afterEach(() => upstream[Symbol.asyncDispose]());

  const url = () => `http://${envoy.address}:${envoy.port}`;
  const loaded: EnvoyScene["loaded"] = async (configuration, context = {}) => {
    revision += 1;
    const hash = `sha256:${revision}`;
    const parameters = {
      listen: `${envoy.address}:${envoy.port}`,
      secretsDirectory: envoy.secretsDirectory,
      configDirectory: envoy.configDirectory,
    };
    const { files, secrets } = rendered("envoy", { configuration, parameters, ...context, hash });
    await envoy.configure({ ...files, ...secrets }); // as a projected volume shows both
    let fault: string | undefined;
    const runs = async () => (fault = await faultOf(envoy, hash)) === undefined;
    await poll(`Envoy runs ${hash}`, runs, { within: 30_000 }).catch((error: unknown) => {
      throw new Error(fault, { cause: error });
    });
  };
  const ask: Ask = async (path, options) => {
    const response = await fetch(url() + path, requestOf(options));
    return { status: response.status, body: await response.text() };
  };
  return { ...sceneAt(() => upstream, ask), envoy: () => envoy, url, loaded };
}

/** What keeps Envoy from running the files of a hash; throws what it refuses. */
async function faultOf({ adminUrl }: Envoy, hash: string): Promise<string | undefined> {
  const stats = await plainRequest(`${adminUrl}/stats?type=TextReadouts&filter=version_text`);
  const dump = await plainRequest(
    `${adminUrl}/config_dump?resource=dynamic_listeners&mask=name,error_state,warming_state.version_info`,
  );
  const versions = stats.text.split("\n").filter((line) => /cds|lds|rds/.test(line));
  if (versions.length === 3 && versions.every((line) => line.includes(`"${hash}"`)))
    return dump.text.includes("warming_state") ? "warming" : undefined;
  return /"details": ".*"/.exec(dump.text)?.[0] ?? versions.join();
}
