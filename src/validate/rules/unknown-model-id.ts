import type { RelativePath } from "#api/field-path.ts";
import { type KnownProvider, wordsOf } from "#policy/known-provider.ts";
import type { KnownModel } from "#policy/model-data.ts";
import type { ModelIndex } from "#policy/model-index.ts";
import { idFieldOf, upstreamId } from "#policy/model-pattern.ts";
import { misspeltModelId } from "../misspelt-model-id.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

/**
 * Judges whole objects, so that the search for what was meant is bounded for all
 * of their models together.
 */
export const unknownModelId: Rule = {
  id: "unknown-model-id",
  claim: "A model that a public provider serves has an id of that provider's, and one that it has not deprecated.",
  why: "A misspelt id is accepted by every gateway and answered with 404 by the provider, to each client's request; a retired one begins to be on a day that nobody here chose.",
  action: "Warn",
  judges: { object: (_object, facts) => unknownIn(facts) },
};

function unknownIn({ owner, lookup: { models: index }, now }: Facts): readonly Finding[] {
  if (!index) return HOLDS;
  let found: Finding[] | undefined;
  let searches = MAX_SEARCHES;
  for (const part of owner.models) {
    const provider = index.providerOf(part.value);
    if (!provider) continue;
    const known = provider.find(upstreamId(part.value));
    const finding = known ? outlived(part, known, { provider, now }) : wrongId(part, provider, index, searches-- > 0);
    if (finding) (found ??= []).push(finding);
  }
  return found ?? HOLDS;
}

/** Searches in one object; each may take a millisecond when the ids are hostile. */
const MAX_SEARCHES = 8;

/** Deprecated is still served, so that is advice. */
function outlived(
  part: Part<"model">,
  { deprecated, retiresAt, replacement }: KnownModel,
  { provider: { id }, now }: { readonly provider: KnownProvider; readonly now: number },
): Finding | undefined {
  const isRetired = retiresAt !== undefined && now >= Date.parse(retiresAt);
  if (!isRetired && deprecated !== true) return undefined;
  const must = `must be replaced by ${replacement === undefined ? "another model" : `'${replacement}'`}, since ${id}`;
  if (isRetired) return findingOf(part, "Invalid value", `${must} retired it on ${retiresAt}`);
  const end = retiresAt === undefined ? "" : ` and retires it on ${retiresAt}`;
  return { ...findingOf(part, "Invalid value", `${must} has deprecated it${end}`), advice: true };
}

/** Silent where the id may be right: newer than the data, a customer's own, or one of those that the data leaves out. */
function wrongId(
  part: Part<"model">,
  provider: KnownProvider,
  index: ModelIndex,
  maySearch: boolean,
): Finding | undefined {
  const id = upstreamId(part.value);
  if (!maySearch || OWN.test(id)) return undefined;
  const must = `must be a model of ${provider.id}`;
  const owner = provider.isComplete ? index.ownerOf(id) : undefined;
  if (owner) return findingOf(part, "Not found", `${must}, not one of ${owner.id}`);
  const meant = misspeltModelId(id, provider);
  if (meant !== undefined) return findingOf(part, "Not found", `${must}; did you mean '${meant}'?`);
  if (!provider.isComplete || isOfFamily(id, provider)) return undefined;
  const elsewhere = part.value.model === undefined ? ", or `model` must say which" : "";
  return findingOf(part, "Not found", `${must}${elsewhere}; none known on ${index.date} begins like it`);
}

/** Fine-tuned models and other resources of a customer's own: `ft:…`, ARNs, `projects/…`, `tunedModels/…`. */
const OWN = /^(?:ft:|arn:|projects\/|accounts\/|tunedModels\/|endpoints\/)|:ft-/;

/** Whether an id begins with a word that ids of the provider begin with, or has none to compare. */
function isOfFamily(id: string, { families }: KnownProvider): boolean {
  const [family] = wordsOf(id);
  return family === undefined || families.has(family) || id.includes("/");
}

function findingOf(part: Part<"model">, kind: Finding["kind"], detail: string): Finding {
  const { value: model } = part;
  const at = [idFieldOf(model)];
  const server: RelativePath[] = model.endpoint === undefined ? [["endpoint"], ["provider"]] : [["endpoint"]];
  const id: RelativePath[] = model.model === undefined ? [["name"], ["model"]] : [["model"]];
  return { part, at, kind, value: upstreamId(model), detail, read: [...server, ...id] };
}
