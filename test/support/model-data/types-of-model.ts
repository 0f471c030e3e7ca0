import type { ModelInfo } from "@pydantic/genai-prices";

/**
 * The types of model that an id can be said to have, by its name and by what it is
 * priced for: undefined where neither is certain, as for video and for documents.
 */
export function typesOf(provider: string, { id, prices }: ModelInfo): readonly string[] | undefined {
  const [first] = Array.isArray(prices) ? prices : [{ prices }];
  const priced = new Set(Object.keys(first?.prices ?? {}));
  const named = BY_NAME.find(([name]) => name.test(id));
  if (named) return named[1];
  if (priced.has("output_image_mtok")) return ["image-gen", "llm"];
  if (priced.has("input_audio_hours") || priced.has("output_video_mtok")) return undefined;
  if (priced.has("output_mtok")) return ["llm"];
  return priced.has("input_mtok") && provider === "voyageai" ? ["embedding"] : undefined;
}

/** Models that answer in several ways may be declared as any of them. */
const BY_NAME: readonly (readonly [RegExp, readonly string[] | undefined])[] = [
  [/rerank/i, ["rerank"]],
  [/embed/i, ["embedding"]],
  [/moderation/i, ["moderation"]],
  [/guard/i, ["llm", "moderation"]],
  [/ocr|sora|veo|video|omni/i, undefined],
  [/dall-e|gpt-image|imagen/i, ["image-gen"]],
  [/image|flux|diffusion/i, ["image-gen", "llm"]],
  [/whisper|transcribe|tts|speech/i, ["audio"]],
  [/audio|voice|realtime|live|voxtral|sonic/i, ["audio", "llm"]],
];
