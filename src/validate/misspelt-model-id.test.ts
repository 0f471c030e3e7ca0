import { describe, expect, test } from "vitest";
import { KNOWN_MODELS } from "../../test/support/known-models.ts";
import { misspeltModelId } from "./misspelt-model-id.ts";

function meant(provider: string, id: string): string | undefined {
  const known = KNOWN_MODELS.providerOf({ provider });
  if (!known) throw new Error(`no provider '${provider}'`);
  return misspeltModelId(id, known);
}

describe("what was meant is found", () => {
  test.each([
    ["openai", "gpt-4o-mni", "gpt-4o-mini"],
    ["openai", "gpt4o-mini", "gpt-4o-mini"],
    ["openai", "GPT-4o", "gpt-4o"],
    ["openai", "gpt-41", "gpt-4.1"],
    ["openai", "gtp4o-mni", undefined], // two words of three letters: too little to go by
    ["openai", "text-embeding-3-smal", "text-embedding-3-small"],
    ["anthropic", "claude_sonnet_4_5", "claude-sonnet-4-5"],
    ["anthropic", "cluade-sonet-4-5", "claude-sonnet-4-5"],
    ["bedrock", "eu.anthropic.claude-sonet-4-5-20250929-v1:0", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"],
  ])("of %s's %s", (provider, id, expected) => {
    expect(meant(provider, id)).toBe(expected);
  });
});

describe("no slip is", () => {
  test.each([
    ["openai", "gpt-7", "another number"],
    ["openai", "gpt-6-nano-mini", "known words in another order"],
    ["openai", "gpt-6-aurora", "a new word"],
    ["openai", "gpt-4o-x", "a word of one letter"],
    ["minimax", "MiniMax-M3", "letter case, where the data does not have every id"],
    ["openai", "", "nothing"],
    ["openai", "-".repeat(253), "no word at all"],
  ])("%s's %j, %s", (provider, id) => {
    expect(meant(provider, id)).toBeUndefined();
  });
});
