import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node } from "yaml";
import type { RelativePath } from "#api/field-path.ts";

export type Path = RelativePath;

/** Where in the text the field at a path begins, or the innermost one around it that is there: its key, or its item. */
export function positionIn(document: Document, path: Path): number {
  let found = startOf(document.contents) ?? 0;
  let node: unknown = document.contents;
  for (const segment of path) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, segment);
    if (!step) break;
    found = step.offset ?? found;
    node = step.node;
  }
  return found;
}

interface Step {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function stepInto(node: unknown, segment: string | number): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => keyText(key) === String(segment));
    return pair && { node: pair.value, offset: startOf(pair.key) };
  }
  if (!isSeq(node) || typeof segment !== "number" || !(segment in node.items)) return undefined;
  const item = node.items[segment];
  return { node: item, offset: startOf(item) };
}

/** A map's key as it becomes the name of a field. */
export function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

/** Where a node begins, if the text has it. */
export function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
