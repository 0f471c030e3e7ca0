import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { poll } from "../control-plane/poll.ts";
import { type RenderingCase, rendered } from "../rendering-case.ts";
import { type Caddy, startCaddy } from "./caddy.ts";
import { type FakeUpstream, startFakeUpstream } from "./fake-upstream.ts";
import { type Ask, type GatewayScene, requestOf, sceneAt } from "./gateway-scene.ts";

export interface CaddyScene extends GatewayScene {
  readonly caddy: () => Caddy;
  /** Renders a configuration and has Caddy load it, which it may refuse. */
  readonly load: (
    configuration: RenderingCase["configuration"],
    context?: Omit<RenderingCase, "configuration">,
  ) => Promise<{ readonly status: number; readonly text: string }>;
}

interface CaddyOptions {
  /** Where the program is; as it comes, if absent. */
  readonly findProgram?: () => Promise<string>;
  /** What the class names as `modules`. */
  readonly modules?: readonly string[];
}

/** A Caddy for a suite, with a canary in its environment and one beside the Secret's files. */
export function useCaddy(canary: string, options: CaddyOptions = {}): CaddyScene {
  let caddy: Caddy;
  let upstream: FakeUpstream;
  beforeAll(async () => {
    caddy = await startCaddy({ CANARY: canary, PROVIDER_KEY: "from-the-environment" }, options.findProgram);
    await writeFile(join(caddy.secretsDirectory, "canary"), canary);
  });
  afterAll(() => caddy[Symbol.asyncDispose]());
  beforeEach(async () => {
    upstream = await startFakeUpstream();
  });
  afterEach(() => upstream[Symbol.asyncDispose]());

  const load: CaddyScene["load"] = async (configuration, context = {}) => {
    const parameters = { ...caddy.parameters, modules: options.modules };
    const { pushed = "", secrets } = rendered("caddy", { configuration, parameters, ...context });
    return caddy.load(pushed, secrets);
  };
  /** Again where a connection came while the old listener was closed and was reset. */
  const ask: Ask = async (path, options) => {
    const request = requestOf(options);
    const response = await poll("Caddy takes a connection", () => fetch(caddy.url + path, request));
    return { status: response.status, body: await response.text() };
  };
  return {
    ...sceneAt(() => upstream, ask),
    caddy: () => caddy,
    url: () => caddy.url,
    load,
    loaded: async (...given) => expect(await load(...given)).toEqual({ status: 200, text: "" }),
  };
}
