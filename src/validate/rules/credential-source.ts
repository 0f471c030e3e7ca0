import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const credentialSource: Rule = {
  id: "credential-source",
  claim: "A model's credential comes from one place: at most one of `value`, `valueFrom` and `oauth2` is given.",
  why: "Where two are given, each gateway picks its own, so a key that was rotated stays in use, or an expired one.",
  action: "Deny",
  floor: true,
  judges: { model: findSeveralSources },
};

const SOURCES = ["value", "valueFrom", "oauth2"] as const;

function findSeveralSources(part: Part<"model">): readonly Finding[] {
  const { auth } = part.value;
  if (!auth) return HOLDS;
  const given = SOURCES.filter((source) => Object.hasOwn(auth, source));
  if (given.length <= 1) return HOLDS;
  const detail = "must have at most one of `value`, `valueFrom` and `oauth2`";
  return [{ part, at: ["auth"], kind: "Forbidden", detail, read: given.map((source) => ["auth", source]) }];
}
