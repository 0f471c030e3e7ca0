/**
 * How well-known credentials begin. Each pattern is tried where no letter, digit,
 * `_` or `-` precedes, asks for as many characters as tell a key from a word, and
 * repeats nothing without bound, so that a text is searched in linear time.
 */
export const CREDENTIAL_PATTERNS: readonly { readonly what: string; readonly pattern: string }[] = [
  { what: "an Anthropic key", pattern: String.raw`sk-ant-[\w-]{16}` },
  { what: "an OpenRouter key", pattern: String.raw`sk-or-v1-[\w-]{16}` },
  // Also of DeepSeek, LiteLLM (whose master keys people make up of words), Langfuse and others.
  { what: "an OpenAI key", pattern: String.raw`sk-(?!learn)(?=[A-Za-z_-]{0,64}\d)[\w-]{16}` },
  { what: "a Google API key", pattern: String.raw`AIza[\w-]{35}` },
  { what: "a Google Cloud key", pattern: String.raw`AQ\.Ab[\w-]{32}` },
  { what: "a Google OAuth token", pattern: String.raw`ya29\.[\w-]{16}` },
  { what: "a Google OAuth secret", pattern: String.raw`GOCSPX-[\w-]{16}` },
  { what: "a Groq key", pattern: String.raw`gsk_[A-Za-z0-9]{20}` },
  { what: "an xAI key", pattern: String.raw`xai-[A-Za-z0-9]{20}` },
  { what: "a Hugging Face token", pattern: String.raw`(?:hf_|api_org_)[A-Za-z0-9]{20}` },
  { what: "a Replicate token", pattern: String.raw`r8_[A-Za-z0-9]{20}` },
  { what: "a Perplexity key", pattern: String.raw`pplx-[A-Za-z0-9]{20}` },
  { what: "an NVIDIA key", pattern: String.raw`nvapi-[\w-]{20}` },
  { what: "a Fireworks key", pattern: String.raw`(?:fw|fpk)_[A-Za-z0-9]{20}` },
  { what: "a Together key", pattern: String.raw`tgp_v1_[\w-]{20}` },
  { what: "a Cerebras key", pattern: String.raw`csk-[a-z0-9]{40}` },
  { what: "a Zhipu key", pattern: String.raw`[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![\w.-])` },
  { what: "a Voyage key", pattern: String.raw`pa-(?=[A-Za-z_-]{0,42}\d)[\w-]{43}(?![\w-])` },
  { what: "a Jina key", pattern: String.raw`jina_[0-9a-f]{32}` },
  { what: "an ElevenLabs key", pattern: String.raw`sk_[0-9a-f]{48}` },
  { what: "a Pinecone key", pattern: String.raw`pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{40}` },
  { what: "a LangSmith key", pattern: String.raw`lsv2_[ps][kt]_[0-9a-f]{32}` },
  { what: "a Vercel key", pattern: String.raw`vck_[A-Za-z0-9]{40}` },
  { what: "a RunPod key", pattern: String.raw`rpa_[A-Z0-9]{40}` },
  { what: "a Databricks token", pattern: String.raw`dapi[0-9a-f]{32}` },
  { what: "an AWS access key", pattern: String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}` },
  { what: "an Amazon Bedrock key", pattern: String.raw`(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=]{20}` },
  // The signature that Microsoft writes into keys so that they can be found.
  { what: "an Azure key", pattern: String.raw`[A-Za-z0-9]{52}JQQJ9[9D]` },
  { what: "an Azure connection string", pattern: String.raw`(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{16}` },
  { what: "a GitHub token", pattern: String.raw`(?:gh[opusr]_[A-Za-z0-9]{36}|github_pat_\w{22})` },
  { what: "a GitLab token", pattern: String.raw`glpat-[\w-]{20}` },
  { what: "a Slack token", pattern: String.raw`xox[abeoprs]-[A-Za-z0-9-]{10}` },
  {
    what: "a Slack webhook",
    pattern: String.raw`hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20}`,
  },
  { what: "a Stripe key", pattern: String.raw`[rs]k_live_[A-Za-z0-9]{16}` },
  { what: "a New Relic key", pattern: String.raw`NRAK-[A-Z0-9]{27}` },
  { what: "a Grafana token", pattern: String.raw`(?:glc_[A-Za-z0-9+/=]{32}|glsa_[A-Za-z0-9]{32}_)` },
  { what: "an npm token", pattern: String.raw`npm_[A-Za-z0-9]{36}` },
  { what: "a PyPI token", pattern: String.raw`pypi-AgEI[\w-]{50}` },
  { what: "a DigitalOcean token", pattern: String.raw`do[opr]_v1_[0-9a-f]{64}` },
  { what: "a JSON Web Token", pattern: String.raw`eyJ[\w-]{10,4096}\.eyJ[\w-]{10}` },
  { what: "a private key", pattern: String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----` },
  { what: "a bearer token", pattern: String.raw`[Bb]earer (?=[A-Za-z._~+/-]{0,64}\d)[\w.~+/-]{16}` },
  // Base64 of more than a word or two, in both cases and with a digit.
  {
    what: "a user and password",
    pattern: String.raw`[Bb]asic (?=[A-Za-z+/]{0,64}\d)(?=[a-z0-9+/]{0,64}[A-Z])(?=[A-Z0-9+/]{0,64}[a-z])(?:[A-Za-z0-9+/]{4}){3,256}(?:[A-Za-z0-9+/]{2,3}={1,2})?(?![\w+/=-])`,
  },
];

/** Names of fields whose value is the credential itself. Compared in lower case, without `-`, `_`, `.`, `$`, spaces and a plural s. */
export const CREDENTIAL_NAMES: ReadonlySet<string> = new Set([
  "apikey",
  "xapikey",
  "xgoogapikey",
  "apisecret",
  "apitoken",
  "accesskey",
  "accesstoken",
  "authtoken",
  "xauthtoken",
  "bearertoken",
  "clientsecret",
  "masterkey",
  "password",
  "passwd",
  "privatekey",
  "proxyauthorization",
  "refreshtoken",
  "secretaccesskey",
  "secretkey",
  "secrettoken",
  "sessiontoken",
  "signingkey",
  "ocpapimsubscriptionkey", // Azure API Management
  "subscriptionkey",
  "xhoneycombteam",
  "xamzsecuritytoken",
]);

/** How names end of fields that may hold a credential: `MISTRAL_API_KEY`, `webhookSecret`. Compared in the same way. */
export const SUSPICIOUS_ENDING =
  /(?:(?:api|access|secret|private|signing|encryption|application|license|master)key|(?:api|access|auth|bearer|refresh|session|id)token|password|passphrase|secret|auth|authorization)$/;

/** Names of fields that may hold a credential, or the name of one. */
export const SUSPICIOUS_NAMES: ReadonlySet<string> = new Set([
  "auth",
  "authorization",
  "bearer",
  "connectionstring",
  "cookie",
  "credential",
  "key",
  "licensekey",
  "pass",
  "pwd",
  "secret",
  "sig",
  "signature",
  "token",
]);
