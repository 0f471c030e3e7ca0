/**
 * How well-known credentials begin. Each pattern is tried where no letter, digit,
 * `_` or `-` precedes, asks for as many characters as tell a key from a word, and
 * repeats nothing without bound, so that a text is searched in linear time.
 */
export const CREDENTIAL_PATTERNS: readonly { readonly what: string; readonly pattern: string }[] = [
  { what: "an Anthropic key", pattern: String.raw`sk-ant-[\w-]{16}` },
  { what: "an OpenRouter key", pattern: String.raw`sk-or-v1-[\w-]{16}` },
  // Also of DeepSeek, LiteLLM, Langfuse and others. A digit, since `sk-learn` is no key.
  { what: "an OpenAI key", pattern: String.raw`sk-(?=[A-Za-z_-]{0,64}\d)[\w-]{16}` },
  { what: "a Google API key", pattern: String.raw`AIza[\w-]{35}` },
  { what: "a Google OAuth token", pattern: String.raw`ya29\.[\w-]{16}` },
  { what: "a Google OAuth secret", pattern: String.raw`GOCSPX-[\w-]{16}` },
  { what: "a Groq key", pattern: String.raw`gsk_[A-Za-z0-9]{20}` },
  { what: "an xAI key", pattern: String.raw`xai-[A-Za-z0-9]{20}` },
  { what: "a Hugging Face token", pattern: String.raw`(?:hf_|api_org_)[A-Za-z0-9]{20}` },
  { what: "a Replicate token", pattern: String.raw`r8_[A-Za-z0-9]{20}` },
  { what: "a Perplexity key", pattern: String.raw`pplx-[A-Za-z0-9]{20}` },
  { what: "an NVIDIA key", pattern: String.raw`nvapi-[\w-]{20}` },
  { what: "a Fireworks key", pattern: String.raw`fw_[A-Za-z0-9]{20}` },
  { what: "a Together key", pattern: String.raw`tgp_v1_[\w-]{20}` },
  { what: "a Databricks token", pattern: String.raw`dapi[0-9a-f]{32}` },
  { what: "an AWS access key", pattern: String.raw`(?:AKIA|ASIA)[A-Z0-9]{16}` },
  { what: "an Amazon Bedrock key", pattern: String.raw`(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=]{20}` },
  { what: "an Azure connection string", pattern: String.raw`(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{16}` },
  { what: "a GitHub token", pattern: String.raw`(?:gh[opusr]_[A-Za-z0-9]{36}|github_pat_\w{22})` },
  { what: "a GitLab token", pattern: String.raw`glpat-[\w-]{20}` },
  { what: "a Slack token", pattern: String.raw`xox[abeoprs]-[A-Za-z0-9-]{10}` },
  { what: "a Stripe key", pattern: String.raw`[rs]k_live_[A-Za-z0-9]{16}` },
  { what: "a JSON Web Token", pattern: String.raw`eyJ[\w-]{10,4096}\.eyJ[\w-]{10}` },
  { what: "a private key", pattern: String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----` },
  { what: "a bearer token", pattern: String.raw`[Bb]earer (?=[A-Za-z._~+/-]{0,64}\d)[\w.~+/-]{16}` },
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
  "xamzsecuritytoken",
]);

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
