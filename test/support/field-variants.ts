import { attachedPolicy } from "#api/kinds/attached-policy.ts";
import { POLICY_CONFIGS } from "#api/kinds/policy-config.ts";
import type { JsonSchema } from "#api/schema.ts";

/** A field without fields of its own, by its path; `[]` stands for the first item of a list. */
export interface Leaf {
  readonly path: readonly string[];
  readonly values: readonly unknown[];
}

/** Every leaf of a spec, with values that differ. What is free in a schema is typed by the type of the policy. */
export function leavesOf(schema: JsonSchema, path: readonly string[] = []): readonly Leaf[] {
  if (schema === attachedPolicy.json) return leavesOfPolicy(path);
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
  if (schema.items) return leavesOf(schema.items, [...path, "[]"]);
  return [{ path, values: valuesFor(schema, path) }];
}

function leavesOfPolicy(path: readonly string[]): readonly Leaf[] {
  const { config: _, ...own } = attachedPolicy.json.properties ?? {};
  return [
    ...leavesOf({ type: "object", properties: own }, path),
    ...Object.values(POLICY_CONFIGS).flatMap(({ json }) => leavesOf(json, [...path, "config"])),
  ];
}

/** The spec with one of its fields at a value, or without it. Lists get the item that they lack. */
export function withField(spec: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (first === "[]") {
    const [item, ...others] = Array.isArray(spec) ? (spec as unknown[]) : [];
    const changed = withField(item, rest, value);
    return changed === undefined ? others : [changed, ...others];
  }
  const { [first]: inner, ...others } = (spec ?? {}) as Readonly<Record<string, unknown>>;
  const changed = inner === undefined && value === undefined ? undefined : withField(inner, rest, value);
  return changed === undefined ? others : { ...others, [first]: changed };
}

function valuesFor({ type, enum: words, minimum = 0, maximum = 1 }: JsonSchema, path: readonly string[]) {
  const names = path.filter((name) => name !== "[]");
  for (let from = 0; from < names.length; from += 1) {
    const given = (words ? SOME_WORDS : VALUES).get(names.slice(from).join("."));
    if (given) return given;
  }
  if (words) return words;
  if (type === "boolean") return [true];
  if (type === "number") return [0.25, 0.5];
  if (type === "integer") return [Math.max(minimum, 1) + 1, Math.min(maximum, Math.max(minimum, 1) + 2)];
  return ["one", "two"];
}

/** Where not any two values of the type do; by the ends of paths, the longer before the shorter. */
const VALUES: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["endpoint", ["https://one.example.com/v1", "https://two.example.com/v1"]],
  ["tokenUrl", ["https://one.example.com/token", "https://two.example.com/token"]],
  ["jwksURI", ["https://one.example.com/keys", "https://two.example.com/keys"]],
  ["auth.value", ["secret://one/key", "secret://two/key"]],
  ["header", ["X-One", "X-Two"]],
  ["auth.scheme", ["Token", "Key"]],
  ["provider", ["openai", "mistral"]],
  ["credentials.header", ["X-One", "X-Two"]],
  ["timeouts.request", ["40s", "50s"]],
  ["timeouts.streamIdle", ["10s", "20s"]],
  ["timeout", ["100s", "110s"]],
  ["interval", ["10s", "20s"]],
  ["openDuration", ["40s", "50s"]],
  ["window", ["1m", "2m"]],
  ["caSecretRef.name", ["ca", "ca-too"]],
  ["tls.serverName", ["one.example.com", "two.example.com"]],
  ["path", ["/one", "/two"]],
  ["targetModel", ["gpt", "other"]],
  ["targets.model", ["gpt", "third"]],
  ["targets.weight", [2, 3]],
  ["fallbacks", ["other", "third"]],
  ["hostnames", ["one.example.com", "two.example.com"]],
  ["match.models", ["alias", "another", "family-*"]],
  ["retry.onStatus", [501, 507]],
  ["promptTemplateRef.name", ["polite", "rude"]],
  ["modelRef.name", ["main", "second"]],
  ["policies", ["after-7", "after-9"]],
  ["parentRefs.name", ["main", "another"]],
  ["targetRefs.name", ["main", "another"]],
  ["variables.name", ["tone", "voice"]],
  ["messages.content", ["Be polite.", "Be brief."]],
]);

/** Those that can stand in one and the same object. */
const SOME_WORDS: ReadonlyMap<string, readonly unknown[]> = new Map([
  ["mode", ["allowAll", "denyAll"]],
  ["limits.key", ["Global", "Consumer", "ClientIP"]],
  ["provider", ["otlp", "webhook"]],
]);
