import { type RelativePath, valueAt } from "#api/field-path.ts";
import type { Route } from "#api/kinds/route.ts";
import { isReference } from "#api/reference.ts";
import { credentialAs, credentialIn, credentialInUrl, mayBeCredential } from "../credential.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";
import { type StringLeaf, someString, stringLeaves } from "../string-leaves.ts";

export const inlineCredential: Rule = {
  id: "inline-credential",
  claim: "No credential stands in the object itself, where everybody who may read the object reads it too.",
  why: "Everybody who may read the object reads the key, and so do Git, backups, the last-applied annotation and the audit log, from which nothing takes it back.",
  action: "Warn",
  judges: {
    model: findInModel,
    route: findInRoute,
    policy: findInPolicy,
    template: findInTemplate,
    integration: findInIntegration,
  },
};

function findInModel(part: Part<"model">): readonly Finding[] {
  const { auth, endpoint } = part.value;
  const found: Finding[] = [];
  if (endpoint !== undefined) report(part, ["endpoint"], credentialInUrl(endpoint), found);
  if (!auth) return orHolds(found);
  const { value, header, scheme, oauth2 } = auth;
  if (value && !isReference(value)) found.push(finding(part, ["auth", "value"], LITERAL));
  if (header !== undefined) report(part, ["auth", "header"], credentialIn(header), found);
  if (scheme !== undefined) report(part, ["auth", "scheme"], credentialIn(scheme), found);
  if (oauth2) {
    report(part, ["auth", "oauth2", "tokenUrl"], credentialInUrl(oauth2.tokenUrl), found);
    report(part, ["auth", "oauth2", "clientId"], credentialIn(oauth2.clientId), found);
  }
  return orHolds(found);
}

const LITERAL = "must not be a literal but 'secret://NAME/KEY', or `valueFrom` instead";

function findInRoute(part: Part<"route">): readonly Finding[] {
  const { match } = part.value;
  if (!match) return HOLDS;
  const found: Finding[] = [];
  for (const list of ["headers", "queryParams"] as const) {
    match[list]?.forEach((matcher, index) =>
      report(part, ["match", list, index, "value"], credentialOf(matcher), found),
    );
  }
  return orHolds(found);
}

type Matcher = NonNullable<NonNullable<Route["match"]>["headers"]>[number];

/** An expression describes credentials without being one, unless a whole one is written in it. */
function credentialOf({ name, value, type }: Matcher): string | undefined {
  return type === "Regex" ? credentialIn(value) : credentialAs(name, value);
}

function findInPolicy(part: Part<"policy">): readonly Finding[] {
  const { config } = part.value;
  if (!someString(config, mayBeCredential)) return HOLDS;
  const { leaves, isComplete } = stringLeaves(config);
  const found: Finding[] = [];
  for (const leaf of leaves) {
    const { name, read } = nameOf(leaf, config);
    const what = URL_START.test(leaf.text) ? credentialInUrl(leaf.text) : credentialAs(name, leaf.text);
    if (what !== undefined) found.push({ ...finding(part, ["config", ...leaf.path], holding(what)), read });
  }
  if (!isComplete) found.push(finding(part, ["config"], "must be small enough to be searched for credentials"));
  return orHolds(found);
}

function findInTemplate(part: Part<"template">): readonly Finding[] {
  const found: Finding[] = [];
  part.value.messages?.forEach((message, index) =>
    report(part, ["messages", index, "content"], credentialIn(message?.content ?? ""), found),
  );
  part.value.variables?.forEach((variable, index) =>
    report(part, ["variables", index, "default"], credentialIn(variable?.default ?? ""), found),
  );
  return orHolds(found);
}

function findInIntegration(part: Part<"integration">): readonly Finding[] {
  const { endpoint, credentials } = part.value;
  const found: Finding[] = [];
  if (endpoint !== undefined) report(part, ["endpoint"], credentialInUrl(endpoint), found);
  if (credentials?.header !== undefined) {
    report(part, ["credentials", "header"], credentialIn(credentials.header), found);
  }
  return orHolds(found);
}

const URL_START = /^https?:\/\//i;

/** The field's own name, or where that is just `value`, the one beside it or above; and the fields that say so. */
function nameOf(
  { path }: StringLeaf,
  config: unknown,
): { readonly name: string; readonly read: readonly RelativePath[] } {
  const read = [["config", ...path]];
  const [own = "", above = ""] = path.filter((segment) => typeof segment === "string").reverse();
  if (own !== "value") return { name: own, read };
  const beside = [...path.slice(0, -1), "name"];
  const name = valueAt(config, beside);
  return typeof name === "string" ? { name, read: [...read, ["config", ...beside]] } : { name: above, read };
}

function report(part: Part, at: RelativePath, what: string | undefined, found: Finding[]): void {
  if (what !== undefined) found.push(finding(part, at, holding(what)));
}

function holding(what: string): string {
  return `must not hold ${what}; a Secret is the place for it`;
}

/** Never with the value, and of the kind of which Kubernetes shows none. */
function finding(part: Part, at: RelativePath, detail: string): Finding {
  return { part, at, kind: "Forbidden", detail, read: [at] };
}

function orHolds(found: readonly Finding[]): readonly Finding[] {
  return found.length === 0 ? HOLDS : found;
}
