import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { poll } from "../control-plane/poll.ts";
import { type RenderingCase, rendered } from "../rendering-case.ts";
import { type Caddy, startCaddy } from "./caddy.ts";
import { type FakeUpstream, type SeenRequest, startFakeUpstream } from "./fake-upstream.ts";

export interface CaddyScene {
  readonly caddy: () => Caddy;
  /** A new one for each test. */
  readonly upstream: () => FakeUpstream;
  /** Renders a configuration and has Caddy load it. */
  readonly load: (
    configuration: RenderingCase["configuration"],
    context?: Omit<RenderingCase, "configuration">,
  ) => Promise<{ readonly status: number; readonly text: string }>;
  /** The same, which must be taken. */
  readonly loaded: (...asked: Parameters<CaddyScene["load"]>) => Promise<void>;
  readonly ask: (path: string, options?: Asked) => Promise<{ readonly status: number; readonly body: string }>;
  /** Asks, and the one request that the upstream gets of it. */
  readonly asked: (path: string, options?: Asked) => Promise<SeenRequest>;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A Caddy for a suite, with a canary in its environment and one beside the Secret's files. */
export function useCaddy(canary: string): CaddyScene {
  let caddy: Caddy;
  let upstream: FakeUpstream;
  beforeAll(async () => {
    caddy = await startCaddy({ CANARY: canary, PROVIDER_KEY: "from-the-environment" });
    await writeFile(join(caddy.secretsDirectory, "canary"), canary);
  });
  afterAll(() => caddy[Symbol.asyncDispose]());
  beforeEach(async () => {
    upstream = await startFakeUpstream();
  });
  afterEach(() => upstream[Symbol.asyncDispose]());

  const load: CaddyScene["load"] = async (configuration, context = {}) => {
    const { pushed = "", secrets } = rendered("caddy", { configuration, parameters: caddy.parameters, ...context });
    return caddy.load(pushed, secrets);
  };
  /**
   * Over a connection of its own, since Caddy ends idle ones when it loads; and over
   * another, where that one came while the old listener was closed and was reset.
   */
  const ask: CaddyScene["ask"] = async (path, { headers = {}, ...options } = {}) => {
    const given = { method: "POST", body: '{"messages":[]}', ...options };
    const request = { ...given, headers: { ...headers, Connection: "close" } };
    const response = await poll("Caddy takes a connection", () => fetch(caddy.url + path, request));
    return { status: response.status, body: await response.text() };
  };
  return {
    caddy: () => caddy,
    upstream: () => upstream,
    load,
    loaded: async (...given) => expect(await load(...given)).toEqual({ status: 200, text: "" }),
    ask,
    asked: async (path, options) => {
      expect(await ask(path, options)).toMatchObject({ status: 200 });
      const [request, ...more] = upstream.taken();
      expect(more).toEqual([]);
      if (!request) throw new Error("the upstream was not asked");
      return request;
    },
  };
}
