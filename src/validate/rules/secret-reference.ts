import type { SecretLookup } from "../known-secret.ts";
import { nearestName } from "../nearest-name.ts";
import type { Part } from "../part.ts";
import type { Finding, Rule } from "../rule.ts";
import { mentionsOfIntegration, mentionsOfModel, type SecretMention } from "../secret-mentions.ts";

/**
 * Judged only where Secrets may be read: by the controller in namespaces that grant
 * it, and offline among Secrets that are given. Never at admission: Secrets and what
 * refers to them are applied in any order. See `secretReferenceAmong`.
 */
export const secretReference: Rule = {
  id: "secret-reference",
  claim:
    "A key of a Secret that is named is there, and its value is neither empty nor begins or ends with white space.",
  why: "A gateway without the credential answers 401 to everybody or does not start. A line break behind a key, which `echo` adds, looks right everywhere and is refused by the provider.",
  action: "Warn",
  judges: {},
};

/** The rule, over these Secrets. */
export function secretReferenceAmong(secrets: SecretLookup): Rule {
  const judged = (part: Part, mentions: readonly SecretMention[], namespace: string): readonly Finding[] =>
    mentions.flatMap((mention) => faultOf({ part, mention, namespace, secrets }) ?? []);
  return {
    ...secretReference,
    judges: {
      model: (part, { owner }) => judged(part, mentionsOfModel(part), owner.namespace),
      integration: (part, { owner }) => judged(part, mentionsOfIntegration(part), owner.namespace),
    },
  };
}

interface Named {
  readonly part: Part;
  readonly mention: SecretMention;
  readonly namespace: string;
  readonly secrets: SecretLookup;
}

function faultOf({ part, mention, namespace, secrets }: Named): Finding | undefined {
  const { name, key, atName, atKey, isSent } = mention;
  const read = [atName, atKey];
  const secret = secrets.find(namespace, name);
  if (!secret) {
    const detail = `must be a Secret of namespace '${namespace}'${elsewhere(name, namespace, secrets)}`;
    return { part, at: atName, kind: "Not found", value: name, detail, read };
  }
  if (!secret.values) return undefined;
  const state = secret.values.get(key);
  if (state === undefined) {
    const nearest = nearestName(key, secret.values.keys());
    const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
    return { part, at: atKey, kind: "Not found", value: key, detail: `must be a key of Secret '${name}'${hint}`, read };
  }
  const must = MUST[state === "padded" && !isSent ? "sound" : state];
  if (must === undefined) return undefined;
  const detail = `its value in Secret '${name}' must ${must}`;
  return { part, at: atKey, kind: "Invalid value", value: key, detail, read };
}

/** Never what the value is. */
const MUST = {
  sound: undefined,
  empty: "not be empty",
  padded: "not begin or end with white space, such as the line break that `echo` adds",
  malformed: "be base64, or stand in `stringData`",
} as const;

function elsewhere(name: string, namespace: string, secrets: SecretLookup): string {
  const other = secrets.namespaceOf(name);
  if (other !== undefined) return `; there is one of this name in '${other}'`;
  const nearest = nearestName(name, secrets.namesIn(namespace));
  return nearest === undefined ? "" : `; did you mean '${nearest}'?`;
}
