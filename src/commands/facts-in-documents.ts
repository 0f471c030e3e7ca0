import { parsePath, type RelativePath, valueAt } from "#api/field-path.ts";
import { API_VERSION, type Kind } from "#api/kind.ts";
import { kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { isFactKind } from "#policy/fact-index.ts";
import type { PolicyLookup } from "#policy/policy-lookup.ts";
import { isStoredKind } from "#policy/stored-objects.ts";
import { reviewDocument } from "#review/document.ts";
import { completedBySchema } from "#review/schema-completion.ts";
import { denies } from "#review/verdict.ts";
import type { DirectoryDocument, DirectoryFault } from "#source/object-directory.ts";
import { shapeViolations } from "#validate/shape-violations.ts";
import { inNamespace, KUBECTL_DEFAULT } from "./in-namespace.ts";
import { suggestion } from "./parse-options.ts";

/** What documents say that others are judged by. */
interface FactsInDocuments {
  /** As the API server would store them; of a faulty document there is none. */
  readonly found: readonly KubernetesObject[];
  readonly faults: readonly DirectoryFault[];
}

/**
 * The facts among some documents, and what is wrong with those that the platform
 * team writes. A team's object is judged where it is asked about, so one of a
 * wrong shape, which nobody would store, is left out without a word here.
 */
export function factsIn(documents: readonly DirectoryDocument[], lookup: PolicyLookup): FactsInDocuments {
  const checked = documents.map((document) => checkedFact(lookup, document));
  return {
    found: checked.flatMap(({ fact }) => (fact ? [fact] : [])),
    faults: [...checked.flatMap(({ faults }) => faults), ...duplicatesAmong(checked)],
  };
}

interface CheckedFact {
  readonly document: DirectoryDocument;
  /** As the API server would store it; undefined for what is no fact. */
  readonly fact: KubernetesObject | undefined;
  readonly faults: readonly DirectoryFault[];
}

function checkedFact(lookup: PolicyLookup, document: DirectoryDocument): CheckedFact {
  const { value } = document;
  const apiVersion = valueAt(value, ["apiVersion"]);
  const kind = valueAt(value, ["kind"]);
  const faulty = (path: RelativePath, reason: string): CheckedFact => ({
    document,
    fact: undefined,
    faults: [faultAt(document, path, reason)],
  });
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    return faulty([], "must have apiVersion and kind");
  }
  if (apiVersion === API_VERSION && !kindByName.has(kind)) {
    return faulty(["kind"], `no kind '${kind}' in ${API_VERSION}${suggestion(kind, kindByName.keys())}`);
  }
  if (!isFactKind(kind) || apiVersion !== (kind === "Namespace" ? "v1" : API_VERSION)) {
    return { document, fact: undefined, faults: [] };
  }
  const ourKind = kindByName.get(kind);
  if (ourKind && isStoredKind(kind)) return { document, fact: storedFact(value, ourKind), faults: [] };
  const name = valueAt(value, ["metadata", "name"]);
  if (typeof name !== "string" || name === "") return faulty(["metadata", "name"], "must have metadata.name");
  if (kind === "Namespace") return checkedNamespace(document);
  return checkedPolicy(lookup, document);
}

/** Undefined for what the API server would not store. */
function storedFact(value: unknown, kind: Kind): KubernetesObject | undefined {
  const { object } = completedBySchema(kind, inNamespace(value, KUBECTL_DEFAULT));
  const isNamed = typeof valueAt(object, ["metadata", "name"]) === "string";
  return isNamed && shapeViolations(kind, object, undefined).length === 0 ? (object as KubernetesObject) : undefined;
}

function checkedNamespace(document: DirectoryDocument): CheckedFact {
  const labels = valueAt(document.value, ["metadata", "labels"]) ?? {};
  const areTexts = typeof labels === "object" && Object.values(labels).every((value) => typeof value === "string");
  return areTexts
    ? { document, fact: document.value as KubernetesObject, faults: [] }
    : {
        document,
        fact: undefined,
        faults: [faultAt(document, ["metadata", "labels"], "labels must be a map of strings")],
      };
}

function checkedPolicy(lookup: PolicyLookup, document: DirectoryDocument): CheckedFact {
  const verdict = reviewDocument(document.value, { lookup, now: Date.now() });
  if ("foreign" in verdict) throw new Error(`a fact is no document of ours: ${verdict.foreign}`);
  const faults = [
    ...verdict.violations
      .filter(denies)
      .map(({ path, message }) => faultAt(document, parsePath(path), path === "" ? message : `${path}: ${message}`)),
    // kubectl refuses them too; here a misspelt field would be a rule that silently does not hold.
    ...verdict.unknownFields.map((path) => faultAt(document, parsePath(path), `unknown field '${path}'`)),
  ];
  return { document, fact: faults.length === 0 ? (verdict.defaulted as KubernetesObject) : undefined, faults };
}

function duplicatesAmong(checked: readonly CheckedFact[]): readonly DirectoryFault[] {
  const seen = new Map<string, string>();
  return checked.flatMap(({ document, fact }) => {
    // Of a team's object a file may hold several forms, such as one for each environment: the last one counts.
    if (!fact || isStoredKind(fact.kind)) return [];
    const name = `${fact.kind} '${fact.metadata.name}'`;
    const first = seen.get(name);
    seen.set(name, first ?? document.file);
    return first === undefined ? [] : [faultAt(document, ["metadata", "name"], `${name} is already in ${first}`)];
  });
}

function faultAt({ file, positionOf }: DirectoryDocument, path: RelativePath, reason: string): DirectoryFault {
  return { file, ...positionOf(path), reason };
}
