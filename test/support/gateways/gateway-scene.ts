import { expect } from "vitest";
import type { EffectiveModel } from "#gateway/effective-configuration.ts";
import { effectiveModel } from "../effective-parts.ts";
import type { RenderingCase } from "../rendering-case.ts";
import type { FakeUpstream, SeenRequest } from "./fake-upstream.ts";

/** A running gateway and an upstream, for a suite. */
export interface GatewayScene {
  /** Where clients are served: `http://127.0.0.1:PORT`. */
  readonly url: () => string;
  /** A new one for each test. */
  readonly upstream: () => FakeUpstream;
  /** Renders a configuration, and waits until the gateway runs it. */
  readonly loaded: (
    configuration: RenderingCase["configuration"],
    context?: Omit<RenderingCase, "configuration" | "hash">,
  ) => Promise<void>;
  readonly ask: Ask;
  /** Asks, and the one request that the upstream gets of it. */
  readonly asked: (path: string, options?: Asked) => Promise<SeenRequest>;
  /** A model at the upstream. */
  readonly model: (name: string, more?: Partial<EffectiveModel>) => EffectiveModel;
  /** One that its requests can be told by. */
  readonly named: (name: string, fallbacks?: readonly string[]) => EffectiveModel;
}

export type Ask = (path: string, options?: Asked) => Promise<{ readonly status: number; readonly body: string }>;

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
}

/** What follows from asking and from the upstream alone. */
export function sceneAt(upstream: () => FakeUpstream, ask: Ask): Omit<GatewayScene, "url" | "loaded"> {
  const model: GatewayScene["model"] = (name, more) =>
    effectiveModel(name, { endpoint: `${upstream().url}/v1`, ...more });
  return {
    upstream,
    ask,
    asked: async (path, options) => {
      expect(await ask(path, options)).toMatchObject({ status: 200 });
      const [request, ...more] = upstream().taken();
      expect(more).toEqual([]);
      if (!request) throw new Error("the upstream was not asked");
      return request;
    },
    model,
    named: (name, fallbacks = []) => model(name, { fallbacks, auth: { header: "X-Model", value: name } }),
  };
}

/** The least that a client of a model sends; `body: null` sends none. Over a connection of its own. */
export function requestOf({ method = "POST", headers = {}, body = '{"messages":[]}' }: Asked = {}): RequestInit {
  return { method, headers: { ...headers, Connection: "close" }, ...(body === null ? {} : { body }) };
}
