import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AdapterName } from "#gateway/adapter.ts";
import { ADAPTERS } from "#gateway/adapters.ts";
import type { EffectiveConfiguration } from "#gateway/effective-configuration.ts";
import type { RenderContext, Rendered } from "#gateway/rendering.ts";

/** What a file of `test/fixtures/rendering` holds; what it leaves out is empty. */
export interface RenderingCase extends Partial<Omit<RenderContext, "secret">> {
  readonly configuration: Partial<EffectiveConfiguration>;
  /** Data of Secrets, by name and key. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function readRenderingCase(path: string): RenderingCase {
  return parse(readFileSync(path, "utf8")) as RenderingCase;
}

/** What an adapter makes of a case, whose Secrets have whatever they do not name. */
export function rendered(adapter: AdapterName, { configuration, secrets = {}, ...context }: RenderingCase): Rendered {
  const render = ADAPTERS.find(({ name }) => name === adapter)?.render;
  if (!render) throw new Error(`nothing is written for adapter '${adapter}'`);
  const secret: RenderContext["secret"] = ({ name, key }) => secrets[name]?.[key] ?? `content of ${name}/${key}`;
  return render({ ...EMPTY, ...configuration }, { parameters: undefined, hash: "sha256:0123abcd", secret, ...context });
}

const EMPTY: EffectiveConfiguration = {
  namespace: "team-a",
  name: "main",
  models: [],
  routes: [],
  policies: [],
  limits: [],
  integrations: [],
};
