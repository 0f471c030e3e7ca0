import type { MatchLogic } from "@pydantic/genai-prices";

type Model = { readonly id: string; readonly match: MatchLogic };

/**
 * The ids of a model as the model data has them, exact or a prefix and `*`. What
 * the package matches by the middle or the end of an id is taken for its beginning,
 * since an id is looked up whole here, without a vendor or region before it.
 */
export function patternsOf(provider: string, { id, match }: Model): readonly string[] {
  const foreign = WRITTEN_ELSEWHERE[provider];
  const patterns = branches(match)
    .flatMap((one) => patternOf(one) ?? [])
    .filter((one) => !foreign?.test(one));
  return provider === "aws" ? [id, ...patterns].map(asBedrockWritesIt) : patterns;
}

/** How other platforms write a provider's ids, which the package knows too: the provider itself answers 404. */
const WRITTEN_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  openai: /^gpt-(?:\d-\d(?!\d)|35-)/,
  anthropic: /\d\.\d/,
};

function branches(match: MatchLogic): readonly MatchLogic[] {
  if ("or" in match) return match.or.flatMap(branches);
  return "and" in match ? match.and.flatMap(branches) : [match];
}

function patternOf(match: MatchLogic): string | undefined {
  if ("equals" in match) return match.equals;
  if ("starts_with" in match) return `${match.starts_with}*`;
  if ("contains" in match) return `${match.contains}*`;
  if ("ends_with" in match) return match.ends_with;
  if (!("regex" in match)) return undefined;
  const head = LITERAL_HEAD.exec(match.regex)?.[1]?.replaceAll("\\", "");
  return head ? `${head}*` : undefined;
}

/** What a pattern begins with before it becomes one. */
const LITERAL_HEAD = /^\^((?:[\w/@:-]|\\\.)+)/;

/** Without the region, which the index takes off an id too, and with the vendor before the model. */
function asBedrockWritesIt(pattern: string): string {
  const bare = pattern.replace(/^(?:regional|global|us|eu|au|jp|in|apac|ca)\./, "");
  if (bare.startsWith("claude-")) return `anthropic.${bare}`;
  if (bare.startsWith("titan-")) return `amazon.${bare}`;
  return bare.startsWith("gpt-") ? `openai.${bare}` : bare;
}
