import { type Document, visit } from "yaml";
import { startOf } from "./position.ts";

/** Where the first alias begins that stands inside what it stands for, which no JSON can say. */
export function endlessAlias(document: Document): number | undefined {
  const anchored = new Map<string, unknown>();
  let found: number | undefined;
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias: (_, node, around) => {
      if (!around.some((outer) => outer === anchored.get(node.source))) return undefined;
      found = startOf(node) ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}
