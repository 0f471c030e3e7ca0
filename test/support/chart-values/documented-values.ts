import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

export const CHART = join(import.meta.dirname, "../../../charts/webhook");

/** A value that may be set, as `values.yaml` has it. */
export interface DocumentedValue {
  /** Names from the root. */
  readonly path: readonly string[];
  readonly default: unknown;
  /** The comment above it, in one line; empty where there is none. */
  readonly comment: string;
}

/** The values of a `values.yaml` in its order: a map is one value where nothing inside it has a comment. */
export function documentedValues(text: string): readonly DocumentedValue[] {
  const { contents } = parseDocument(text);
  return isMap(contents) ? valuesOf(contents, []) : [];
}

/** The chart's. */
export function chartValues(): readonly DocumentedValue[] {
  return documentedValues(readFileSync(join(CHART, "values.yaml"), "utf8"));
}

function valuesOf(map: YAMLMap, above: readonly string[]): readonly DocumentedValue[] {
  return map.items.flatMap((pair, index) => {
    const path = [...above, keyOf(pair)];
    const { value } = pair;
    if (isMap(value) && hasComments(value)) return valuesOf(value, path);
    return [
      {
        path,
        default: isNode(value) ? (value.toJSON() as unknown) : null,
        comment: oneLine(commentAbove(map, pair, index)),
      },
    ];
  });
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}

function hasComments(map: YAMLMap): boolean {
  return map.items.some((pair, index) => commentAbove(map, pair, index) !== "");
}

/** The parser gives what stands above a map's first name to the map. */
function commentAbove(map: YAMLMap, { key }: Pair, index: number): string {
  const own = isScalar(key) ? key.commentBefore : undefined;
  return own ?? (index === 0 ? map.commentBefore : undefined) ?? "";
}

function oneLine(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .trim();
}
