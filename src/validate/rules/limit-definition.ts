import type { RelativePath } from "#api/field-path.ts";
import type { Part } from "../part.ts";
import { type Finding, HOLDS, type Rule } from "../rule.ts";

export const limitDefinition: Rule = {
  id: "limit-definition",
  claim:
    "A limit counts either requests or tokens, names a header exactly where `key` is Header, and has `burst` only beside requests.",
  why: "Each gateway makes something else of a limit that says two things or none: the stricter, the first, or no limit at all.",
  action: "Deny",
  floor: true,
  judges: { limit: findAmbiguity },
};

function findAmbiguity(part: Part<"limit">): readonly Finding[] {
  const { requests, tokens, burst, key, header } = part.value;
  const found: Finding[] = [];
  if (requests === undefined && tokens === undefined) {
    found.push({ part, at: [], kind: "Required value", detail: "must have `requests` or `tokens`", read: COUNTS });
  }
  if (requests !== undefined && tokens !== undefined) {
    const detail = "must be absent beside `requests`: a limit of its own may have the same window";
    found.push({ part, at: TOKENS, kind: "Forbidden", detail, read: COUNTS });
  }
  if (tokens && tokens.total === undefined && tokens.input === undefined && tokens.output === undefined) {
    found.push({
      part,
      at: TOKENS,
      kind: "Required value",
      detail: "must have `total`, `input` or `output`",
      read: [TOKENS],
    });
  }
  if (burst !== undefined && requests === undefined) {
    const detail = "must be absent without `requests`, since tokens are counted after each answer";
    found.push({ part, at: BURST, kind: "Forbidden", detail, read: [BURST, ...COUNTS] });
  }
  if (key === "Header" && header === undefined) {
    found.push({
      part,
      at: HEADER,
      kind: "Required value",
      detail: "must be given where `key` is 'Header'",
      read: KEY,
    });
  }
  if (key !== "Header" && header !== undefined) {
    found.push({ part, at: HEADER, kind: "Forbidden", detail: "must be absent unless `key` is 'Header'", read: KEY });
  }
  return found.length === 0 ? HOLDS : found;
}

const TOKENS: RelativePath = ["tokens"];
const BURST: RelativePath = ["burst"];
const HEADER: RelativePath = ["header"];
const COUNTS: readonly RelativePath[] = [["requests"], TOKENS];
const KEY: readonly RelativePath[] = [["key"], HEADER];
