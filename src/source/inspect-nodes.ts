import { type Document, isAlias, isMap, isScalar, isSeq, type Scalar } from "yaml";
import { keyText, type Path, startOf } from "./position.ts";
import type { ExactNumber } from "./source-document.ts";

/** What a document's nodes say beyond their values. */
export interface Inspection {
  readonly exactNumbers: readonly ExactNumber[];
  /** The first key that its map has already. */
  readonly duplicate: { readonly key: string; readonly offset: number } | undefined;
}

/** Looks at each node once; what an alias stands for is looked at where it is written. */
export function inspectNodes(document: Document): Inspection {
  const exactNumbers: ExactNumber[] = [];
  let duplicate: Inspection["duplicate"];
  const visit = (node: unknown, path: Path): void => {
    if (isAlias(node)) return;
    if (isScalar(node)) {
      const text = exactText(node);
      if (text !== undefined) exactNumbers.push({ path, text });
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    } else if (isMap(node)) {
      const keys = new Set<string>();
      for (const { key, value } of node.items) {
        const name = keyText(key);
        if (keys.has(name) && name !== MERGE_KEY) duplicate ??= { key: name, offset: startOf(key) ?? 0 };
        keys.add(name);
        visit(value, [...path, name]);
      }
    }
  };
  visit(document.contents, []);
  return { exactNumbers, duplicate };
}

const MERGE_KEY = "<<";

/** How a number was written, where printing its value would write another one. */
function exactText({ value, source }: Scalar): string | undefined {
  if (typeof value !== "number" || source === undefined || source === String(value)) return undefined;
  return JSON_NUMBER.test(source) ? source : undefined;
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
