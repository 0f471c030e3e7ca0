import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { findProvider, type Provider } from "@pydantic/genai-prices";
import { patternsOf } from "./patterns.ts";
import { MORE_MODELS, PROVIDERS, SOURCE } from "./providers.ts";
import { typesOf } from "./types-of-model.ts";

const FILE = join(import.meta.dirname, "../../../src/policy/model-data.json");

/**
 * What `npm run generate` writes: of a package of prices the providers of
 * providers.ts. The file is committed, so that what changes is read before it takes
 * effect, and nothing of the package runs in Gatehouse.
 */
export function modelData(): object {
  if (installedVersion() !== SOURCE.version)
    throw new Error(`providers.ts must say when this version of ${SOURCE.name} was published`);
  const providers = PROVIDERS.map(({ id, source, complete, ...lists }) => {
    const found = findProvider({ providerId: source });
    if (found?.id !== source) throw new Error(`${SOURCE.name} has no provider '${source}'`);
    const given = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
    return { id, ...given, ...(complete && { complete }), models: groupsOf(found) };
  });
  return { source: `${SOURCE.name} ${SOURCE.version} (npm, MIT)`, date: SOURCE.date, providers };
}

function installedVersion(): string {
  const main = createRequire(import.meta.url).resolve(SOURCE.name);
  return (JSON.parse(readFileSync(join(main, "../../package.json"), "utf8")) as { readonly version: string }).version;
}

interface Group {
  readonly types?: readonly string[];
  readonly deprecated?: true;
  readonly ids: string[];
}

/** Models of which the same is said stand together. */
function groupsOf(provider: Provider): readonly Group[] {
  const groups = new Map<string, Group>();
  const put = (facts: Omit<Group, "ids">, ids: readonly string[]): void => {
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { ...facts, ids: [] };
    groups.set(key, group);
    group.ids.push(...ids);
  };
  for (const model of provider.models) {
    if (provider.id === "google" && model.id.startsWith("claude-")) continue; // Vertex serves it, at hosts that are left out
    const types = typesOf(provider.id, model);
    put({ ...(types && { types }), ...(model.deprecated && { deprecated: true }) }, patternsOf(provider.id, model));
  }
  for (const { types, ids } of MORE_MODELS[provider.id] ?? []) put({ ...(types && { types }) }, ids);
  return Array.from(groups)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { ids, ...facts }]) => ({ ...facts, ids: withoutCovered(ids).sort() }))
    .filter(({ ids }) => ids.length > 0);
}

/** Each once, and not where a shorter pattern matches it too. */
function withoutCovered(ids: readonly string[]): string[] {
  const prefixes = ids.flatMap((id) => (id.endsWith("*") ? [id.slice(0, -1)] : []));
  return [...new Set(ids)].filter((id) => !prefixes.some((prefix) => id.startsWith(prefix) && id !== `${prefix}*`));
}

if (import.meta.main) writeFileSync(FILE, `${JSON.stringify(modelData(), undefined, 2)}\n`);
