import { type Document, LineCounter, parseAllDocuments, type YAMLError } from "yaml";
import { endlessAlias } from "./endless-alias.ts";
import { inspectNodes } from "./inspect-nodes.ts";
import { kubectlTags } from "./kubectl-tags.ts";
import { type Path, positionIn } from "./position.ts";
import { type SourceDocument, SourceError } from "./source-document.ts";

/** An alias may multiply what it stands for this often, so that a small text stays a small object. */
const MAX_ALIAS_COUNT = 100;

/**
 * The objects in a text of YAML or JSON, which is YAML too: every document of it,
 * and every item of a List. Throws SourceError where the text cannot be read.
 */
export function parseDocuments(text: string): readonly SourceDocument[] {
  const lineCounter = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false, // they would quote the text, secrets included
      customTags: kubectlTags,
      merge: true,
      uniqueKeys: false, // the parser compares each key with each other; inspectNodes does not
      logLevel: "silent",
    });
    const documents: readonly Document[] = Array.isArray(parsed) ? (parsed as readonly Document[]) : [];
    return documents.flatMap((document) => objectsOf(document, lineCounter));
  } catch (error) {
    // Both the parser and the conversion recurse.
    if (error instanceof RangeError) throw new SourceError(TOO_DEEP, { line: 1, column: 1 });
    throw error;
  }
}

function objectsOf(document: Document, lineCounter: LineCounter): readonly SourceDocument[] {
  const [error] = document.errors;
  if (error) throw new SourceError(reasonOf(error), place(lineCounter, error.pos[0]));
  if (document.contents === null) return [];
  const { exactNumbers, duplicate } = inspectNodes(document);
  if (duplicate) throw new SourceError("this key is given twice", place(lineCounter, duplicate.offset));
  const endless = endlessAlias(document);
  if (endless !== undefined) throw new SourceError(ENDLESS, place(lineCounter, endless));
  const value = valueOf(document, lineCounter);
  if (value === null) return [];
  const whole: SourceDocument = {
    value,
    exactNumbers,
    positionOf: (path) => place(lineCounter, positionIn(document, path)),
  };
  return itemsOf(value)?.map((item, index) => itemOf(whole, item, index)) ?? [whole];
}

function valueOf(document: Document, lineCounter: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new SourceError("aliases stand for more than a text of this size may mean", place(lineCounter, 0));
  }
}

/** The items of a List of Kubernetes; undefined for any other object. */
function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("items" in value)) return undefined;
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) ? items : undefined;
}

function itemOf({ positionOf, exactNumbers }: SourceDocument, value: unknown, index: number): SourceDocument {
  const base: Path = ["items", index];
  return {
    value,
    positionOf: (path) => positionOf([...base, ...path]),
    exactNumbers: exactNumbers
      .filter(({ path }) => path[0] === "items" && path[1] === index)
      .map(({ path, text }) => ({ path: path.slice(base.length), text })),
  };
}

/** The parser's own words, but where it ran out of stack. */
function reasonOf({ code, message }: YAMLError): string {
  return code === "RESOURCE_EXHAUSTION" ? TOO_DEEP : firstLine(message);
}

const ENDLESS = "an alias must not stand inside what it stands for";
const TOO_DEEP = "the text is nested too deeply";

/** The parser's messages go on with a picture of the place. */
function firstLine(message: string): string {
  return message.split("\n", 1)[0]?.replace(/:$/, "") ?? message;
}

function place(lineCounter: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) }; // an empty text has no line
}
