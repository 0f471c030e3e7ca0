/**
 * Credentials in the formats of their providers, made up when a test runs, so that
 * no scanner of repositories finds any. Formats as the providers' own keys have
 * them, and as secret scanners describe them (2026).
 */

/** How a provider's credentials are written. */
interface Format {
  readonly provider: string;
  /** Fixed text, and between angle brackets an alphabet and how many characters of it. */
  readonly template: string;
  /** Headers and fields in which such a key is sent, where nothing about itself tells it from other text. */
  readonly names?: readonly string[];
}

const KNOWN_BY_LOOK: readonly Format[] = [
  { provider: "OpenAI", template: "sk-<word 20>T3BlbkFJ<word 20>" },
  { provider: "OpenAI", template: "sk-proj-<url 74>T3BlbkFJ<url 74>" },
  { provider: "OpenAI", template: "sk-svcacct-<url 74>T3BlbkFJ<url 74>" },
  { provider: "OpenAI", template: "sk-admin-<url 74>T3BlbkFJ<url 74>" },
  { provider: "Anthropic", template: "sk-ant-api03-<url 93>AA" },
  { provider: "Anthropic", template: "sk-ant-admin01-<url 93>AA" },
  { provider: "Anthropic", template: "sk-ant-oat01-<url 93>AA" },
  { provider: "Google AI Studio", template: "AIza<url 35>" },
  { provider: "Google Vertex AI", template: "AQ.Ab<url 46>" },
  { provider: "Google OAuth", template: "ya29.<url 120>" },
  { provider: "Google OAuth", template: "GOCSPX-<url 28>" },
  { provider: "Azure OpenAI", template: "<word 52>JQQJ99B<upper 6>XJ3w3AAABACOG<word 4>" },
  { provider: "Azure", template: "Endpoint=sb://a.example/;SharedAccessKey=<base64 43>=" },
  { provider: "AWS", template: "AKIA<upper 16>" },
  { provider: "AWS", template: "ASIA<upper 16>" },
  { provider: "Amazon Bedrock", template: "ABSK<base64 128>" },
  { provider: "Amazon Bedrock", template: "bedrock-api-key-<base64 200>" },
  { provider: "Groq", template: "gsk_<word 52>" },
  { provider: "xAI", template: "xai-<word 80>" },
  { provider: "Hugging Face", template: "hf_<letter 34>" },
  { provider: "Hugging Face", template: "api_org_<letter 34>" },
  { provider: "Replicate", template: "r8_<word 37>" },
  { provider: "Perplexity", template: "pplx-<word 48>" },
  { provider: "NVIDIA", template: "nvapi-<url 64>" },
  { provider: "Fireworks", template: "fw_<word 22>" },
  { provider: "Fireworks", template: "fpk_<word 42>" },
  { provider: "Together", template: "tgp_v1_<url 43>" },
  { provider: "OpenRouter", template: "sk-or-v1-<hex 64>" },
  { provider: "DeepSeek", template: "sk-<hex 32>" },
  { provider: "Alibaba DashScope", template: "sk-<hex 32>" },
  { provider: "Moonshot", template: "sk-<word 48>" },
  { provider: "Stability AI", template: "sk-<word 48>" },
  { provider: "Cerebras", template: "csk-<lower 48>" },
  { provider: "Zhipu", template: "<hex 32>.<word 16>" },
  { provider: "Voyage AI", template: "pa-<url 43>" },
  { provider: "Jina AI", template: "jina_<hex 32><url 28>" },
  { provider: "ElevenLabs", template: "sk_<hex 48>" },
  { provider: "Pinecone", template: "pcsk_<word 5>_<word 63>" },
  { provider: "LangSmith", template: "lsv2_pt_<hex 32>_<hex 10>" },
  { provider: "Langfuse", template: "sk-lf-<hex 8>-<hex 4>-<hex 4>-<hex 4>-<hex 12>" },
  { provider: "Vercel AI Gateway", template: "vck_<word 56>" },
  { provider: "RunPod", template: "rpa_<upper 42>" },
  { provider: "Databricks", template: "dapi<hex 32>" },
  { provider: "New Relic", template: "NRAK-<upper 27>" },
  { provider: "Grafana", template: "glc_<base64 120>" },
  { provider: "Grafana", template: "glsa_<word 32>_<hex 8>" },
  { provider: "GitHub", template: "ghp_<word 36>" },
  { provider: "GitHub", template: "github_pat_<word 22>_<word 59>" },
  { provider: "GitLab", template: "glpat-<url 20>" },
  { provider: "Slack", template: "xoxb-<digit 12>-<digit 12>-<word 24>" },
  { provider: "Slack", template: "https://hooks.slack.com/services/T<upper 10>/B<upper 10>/<word 24>" },
  { provider: "Stripe", template: "sk_live_<word 24>" },
  { provider: "npm", template: "npm_<word 36>" },
  { provider: "PyPI", template: "pypi-AgEIcHlwaS5vcmc<url 120>" },
  { provider: "DigitalOcean", template: "dop_v1_<hex 64>" },
  { provider: "any issuer", template: "eyJ<url 34>.eyJ<url 120>.<url 43>" },
  { provider: "any server", template: "Bearer <word 40>" },
  { provider: "any server", template: "Basic <base64 31>=" },
  { provider: "any server", template: "https://user:<word 16>@api.example.com/v1" },
  { provider: "any authority", template: "-----BEGIN <key>-----\nMIIE<base64 60>" },
];

const KNOWN_BY_NAME: readonly Format[] = [
  { provider: "Mistral", template: "<word 32>", names: ["Authorization", "MISTRAL_API_KEY", "apiKey"] },
  { provider: "Cohere", template: "<word 40>", names: ["Authorization", "CO_API_KEY", "cohereApiKey"] },
  {
    provider: "Azure OpenAI",
    template: "<hex 32>",
    names: ["api-key", "AZURE_OPENAI_API_KEY", "Ocp-Apim-Subscription-Key"],
  },
  { provider: "AI21", template: "<word 32>", names: ["Authorization", "AI21_API_KEY"] },
  { provider: "Together", template: "<hex 64>", names: ["Authorization", "TOGETHER_API_KEY"] },
  {
    provider: "AWS",
    template: "<base64 40>",
    names: ["aws_secret_access_key", "secretAccessKey", "AWS_SESSION_TOKEN"],
  },
  { provider: "Deepgram", template: "<hex 40>", names: ["Authorization", "deepgram_api_key"] },
  { provider: "AssemblyAI", template: "<hex 32>", names: ["authorization", "ASSEMBLYAI_API_KEY"] },
  {
    provider: "SambaNova",
    template: "<hex 8>-<hex 4>-<hex 4>-<hex 4>-<hex 12>",
    names: ["SAMBANOVA_API_KEY", "x-api-key"],
  },
  { provider: "Baseten", template: "<word 8>.<word 32>", names: ["Authorization", "BASETEN_API_KEY"] },
  { provider: "Cloudflare", template: "<url 40>", names: ["cf-aig-authorization", "CLOUDFLARE_API_TOKEN"] },
  { provider: "IBM watsonx", template: "<url 44>", names: ["WATSONX_APIKEY", "apikey"] },
  { provider: "Portkey", template: "<base64 28>", names: ["x-portkey-api-key"] },
  { provider: "Helicone", template: "<url 24>", names: ["Helicone-Auth"] },
  { provider: "Honeycomb", template: "<word 22>", names: ["x-honeycomb-team"] },
  { provider: "Datadog", template: "<hex 32>", names: ["DD-API-KEY", "dd_application_key"] },
  { provider: "any webhook", template: "<word 32>", names: ["webhookSecret", "signing_secret", "hmacSecret"] },
  { provider: "any database", template: "<url 20>", names: ["dbPassword", "REDIS_PASSWORD", "passphrase"] },
];

export interface LabelledCredential {
  readonly provider: string;
  readonly text: string;
  /** The field that it stands in; undefined where it must be known by its look, wherever it stands. */
  readonly name: string | undefined;
}

/** Of each format, and under each name, as many as asked for; the same on every run. */
export function credentialCorpus(each: number): readonly LabelledCredential[] {
  const random = xorshift(0x9e37_79b9);
  return [...KNOWN_BY_LOOK, ...KNOWN_BY_NAME].flatMap(({ provider, template, names = [undefined] }) =>
    names.flatMap((name: string | undefined) =>
      Array.from({ length: each }, () => ({ provider, name, text: filledIn(template, random) })),
    ),
  );
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const ALPHABETS: Readonly<Record<string, string>> = {
  digit: "0123456789",
  hex: "0123456789abcdef",
  upper: `${UPPER}0123456789`,
  lower: `${LOWER}0123456789`,
  letter: UPPER + LOWER,
  word: `${UPPER}${LOWER}0123456789`,
  url: `${UPPER}${LOWER}0123456789-_`,
  base64: `${UPPER}${LOWER}0123456789+/`,
};

function filledIn(template: string, random: () => number): string {
  const text = template.replaceAll("<key>", ["RSA", "PRIVATE", "KEY"].join(" "));
  return text.replaceAll(/<(\w+) (\d+)>/g, (_whole, alphabet: string, length: string) =>
    Array.from({ length: Number(length) }, () => pick(ALPHABETS[alphabet] ?? "", random)).join(""),
  );
}

function pick(alphabet: string, random: () => number): string {
  return alphabet.charAt(random() % alphabet.length);
}

/** Marsaglia's xorshift, of 32 bits. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}
