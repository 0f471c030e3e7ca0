import { GROUP, type Kind, VERSION } from "#api/kind.ts";
import { KINDS, kindByName } from "#api/kinds.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import type { FactForm } from "#cluster/fact-handler.ts";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType } from "#kube/resource.ts";
import { storedFact } from "../stored-fact.ts";
import { UsageError } from "../usage-error.ts";
import { listAll } from "./list-all.ts";
import type { Progress } from "./progress.ts";

/** What a cluster holds, read once. */
export interface StoredObjects {
  /** What verdicts rest on. */
  readonly facts: readonly KubernetesObject[];
  /** What is judged. */
  readonly governed: readonly KubernetesObject[];
  /** What is stored in a form that nobody can judge under, in a sentence each. */
  readonly leftOut: readonly string[];
}

export interface ReadOptions {
  /** What it is read for, as a message begins. */
  readonly command: string;
  /** Beside namespaces; absent: every one of ours. */
  readonly kinds?: readonly string[];
  /** Undefined: all of them. */
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
  readonly progress: Pick<Progress, "show">;
}

type Stored = KubernetesObject & Resource;

/** Reads every kind. Throws one UsageError that names all rights and kinds that are missing. */
export async function readCluster(client: Client, options: ReadOptions): Promise<StoredObjects> {
  const { command, kinds } = options;
  const missing: string[] = [];
  const objects: Stored[] = [];
  for (const type of [...KINDS.filter(({ kind }) => kinds?.includes(kind) ?? true).map(typeOf), NAMESPACES]) {
    try {
      for (const object of await objectsOf(client, type, options)) objects.push(object);
    } catch (error) {
      missing.push(absence(error, type, options));
    }
  }
  if (missing.length > 0) throw new UsageError([`${command}: the cluster cannot be read:`, ...missing].join("\n"));
  const forms = objects.map((object) => ({ object, form: storedFact(object) }));
  return {
    facts: forms.flatMap(({ object, form }) => (form.faults.length === 0 ? object : (form.makeshift ?? []))),
    governed: objects.filter(isGoverned),
    leftOut: forms.flatMap(({ object, form }) => (isGoverned(object) ? [] : sentencesOn(object, form))),
  };
}

const NAMESPACES: ResourceType = {
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

function typeOf({ kind, plural, scope }: Kind): ResourceType {
  return { group: GROUP, version: VERSION, plural, kind, namespaced: scope === "Namespaced" };
}

function objectsOf(client: Client, type: ResourceType, options: ReadOptions): Promise<readonly Stored[]> {
  const { namespace, signal, progress } = options;
  if (namespace !== undefined && type === NAMESPACES) return ownNamespace(client, namespace, signal);
  const selection = type.namespaced && namespace !== undefined ? { namespace } : {};
  return listAll<Stored>(client, type, selection, {
    signal,
    onPage: (count) => progress.show(`reading ${type.plural}: ${count}`),
  });
}

/** Whoever may see one namespace need not be allowed to see them all. */
async function ownNamespace(client: Client, name: string, signal: AbortSignal): Promise<readonly Stored[]> {
  const timeoutMilliseconds = TIMEOUT_MILLISECONDS;
  return [await client.get<Stored>(NAMESPACES, { name }, { signal, timeoutMilliseconds })];
}

/** A person waits. */
const TIMEOUT_MILLISECONDS = 10_000;

/** What is not there to read, in words for whoever can put it right. Throws what is wrong with the cluster as a whole. */
function absence(error: unknown, type: ResourceType, { namespace }: ReadOptions): string {
  const code = error instanceof KubernetesError ? error.code : undefined;
  const isOne = type === NAMESPACES && namespace !== undefined;
  const resource = type.group === "" ? type.plural : `${type.plural}.${type.group}`;
  const place = type.namespaced && namespace !== undefined ? `in namespace ${namespace}` : "in the whole cluster";
  if (code === 403)
    return `  the right to ${isOne ? `get namespaces/${namespace}` : `list ${resource} ${place}`} is missing`;
  if (code !== 404) throw error;
  if (isOne) return `  there is no namespace ${namespace}`;
  return `  the cluster does not know ${resource}; gatehouse crds prints the definitions`;
}

/** Whether it is judged, and its shape with it. */
function isGoverned({ kind }: Stored): boolean {
  return kindByName.get(kind)?.scope === "Namespaced";
}

function sentencesOn({ kind, metadata: { name } }: Stored, { faults, makeshift }: FactForm): readonly string[] {
  if (makeshift) return faults.map((fault) => `of ${kind} ${name} this counts as unset: ${fault}`);
  return faults.slice(0, 1).map((fault) => `${kind} ${name} is left out, since its shape is wrong: ${fault}`);
}
