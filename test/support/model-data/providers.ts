/** The package that the shipped model data comes from, and the day on which this version of it was published. */
export const SOURCE = { name: "@pydantic/genai-prices", version: "0.1.8", date: "2026-09-23" };

/** A provider that is shipped, with what the package does not say or not reliably. */
export interface ShippedProvider {
  /** As an ApprovedModel would name it. */
  readonly id: string;
  /** The same, as it may also be written. */
  readonly aliases: readonly string[];
  /** Hosts, compared whole; the package's own patterns are prefixes, which `api.openai.com.evil.tld` matches too. */
  readonly hosts: readonly string[];
  /** Whether it serves models of its own only, of which the package knows every family. */
  readonly complete: boolean;
  /** What may stand before an id: a region, or the collection that an API has models in. */
  readonly idPrefixes: readonly string[];
  /** The provider's id in the package. */
  readonly source: string;
}

/**
 * Left out: Azure, where a deployment has whatever name its owner gave it; Vertex,
 * whose hosts serve other vendors' models too; and hosts that nobody else can tell
 * from a customer's own.
 */
export const PROVIDERS: readonly ShippedProvider[] = [
  own("openai", { hosts: ["api.openai.com", "eu.api.openai.com", "us.api.openai.com"] }),
  own("anthropic", { hosts: ["api.anthropic.com"] }),
  own("deepseek", { hosts: ["api.deepseek.com"] }),
  own("x-ai", { aliases: ["xai"], hosts: ["api.x.ai"] }),
  own("moonshotai", { aliases: ["moonshot"], hosts: ["api.moonshot.ai", "api.moonshot.cn"] }),
  others("google", {
    aliases: ["gemini", "google-ai-studio"], // its models for video and music are missing
    hosts: ["generativelanguage.googleapis.com"],
    idPrefixes: ["models/"],
  }),
  others("mistral", { aliases: ["mistralai"], hosts: ["api.mistral.ai", "codestral.mistral.ai"] }), // serves others' too
  others("cohere", { hosts: ["api.cohere.com", "api.cohere.ai"] }), // its models for search are missing
  others("voyageai", { aliases: ["voyage"], hosts: ["api.voyageai.com"] }),
  others("groq", { hosts: ["api.groq.com"] }),
  others("perplexity", { hosts: ["api.perplexity.ai"] }),
  others("cerebras", { hosts: ["api.cerebras.ai"] }),
  others("zai", { aliases: ["z-ai"], hosts: ["api.z.ai"] }),
  others("zhipuai", { aliases: ["zhipu"], hosts: ["open.bigmodel.cn"] }),
  others("minimax", { hosts: ["api.minimax.io", "api.minimaxi.com"] }),
  others("together", { aliases: ["together-ai", "together_ai"], hosts: ["api.together.xyz", "api.together.ai"] }),
  others("fireworks", { aliases: ["fireworks-ai", "fireworks_ai"], hosts: ["api.fireworks.ai"] }),
  others("openrouter", { hosts: ["openrouter.ai"] }),
  others("bedrock", {
    aliases: ["aws", "aws-bedrock", "amazon-bedrock"], // and a host for each region, or of one's own
    idPrefixes: ["global.", "us.", "us-gov.", "eu.", "apac.", "au.", "ca.", "in.", "jp.", "sa."],
    source: "aws",
  }),
];

type Known = Partial<Pick<ShippedProvider, "aliases" | "hosts" | "idPrefixes" | "source">>;

function own(id: string, known: Known): ShippedProvider {
  return { id, aliases: [], hosts: [], idPrefixes: [], source: id, ...known, complete: true };
}

function others(id: string, known: Known): ShippedProvider {
  return { ...own(id, known), complete: false };
}

/** Models that a list of prices by the token leaves out. */
export const MORE_MODELS: Readonly<Record<string, readonly { types?: readonly string[]; ids: readonly string[] }[]>> = {
  openai: [
    { types: ["image-gen"], ids: ["dall-e-2", "dall-e-3"] },
    { types: ["audio"], ids: ["tts-1", "tts-1-hd", "tts-1-1106", "tts-1-hd-1106"] },
    { types: ["moderation"], ids: ["omni-moderation*", "text-moderation*"] },
    { ids: ["chat-latest", "sora-2", "sora-2-pro"] },
  ],
};
