import { describe, expect, it } from "vitest";
import { credentialAs, credentialIn, credentialInUrl, withoutCredentials } from "./credential.ts";
import { CREDENTIAL_PATTERNS } from "./credential-patterns.ts";

const letters = (length: number) => "a1B2c3D4e5F6g7H8i9J0".repeat(Math.ceil(length / 20)).slice(0, length);
const hex = (length: number) => "0123456789abcdef".repeat(4).slice(0, length);
const capitals = letters(40).toUpperCase();

/** One of each, put together so that no scanner of repositories takes them for real. */
const EXAMPLES = [
  `sk-ant-api03-${letters(40)}`,
  `sk-or-v1-${letters(40)}`,
  `sk-proj-${letters(40)}`,
  `AIza${letters(35)}`,
  `AQ.Ab${letters(46)}`,
  `ya29.${letters(40)}`,
  `GOCSPX-${letters(28)}`,
  `gsk_${letters(52)}`,
  `xai-${letters(80)}`,
  `hf_${letters(34)}`,
  `r8_${letters(37)}`,
  `pplx-${letters(48)}`,
  `nvapi-${letters(64)}`,
  `fw_${letters(24)}`,
  `tgp_v1_${letters(43)}`,
  `csk-${letters(48).toLowerCase()}`,
  `${hex(32)}.${letters(16)}`,
  `pa-${letters(43)}`,
  `jina_${hex(32)}${letters(28)}`,
  `sk_${hex(48)}`,
  `pcsk_${letters(5)}_${letters(63)}`,
  `lsv2_pt_${hex(32)}_${hex(10)}`,
  `vck_${letters(56)}`,
  `rpa_${capitals}AB`,
  `dapi${hex(32)}`,
  `AKIA${capitals.slice(0, 16)}`,
  `ABSK${letters(100)}`,
  `${letters(52)}JQQJ99BAB${capitals.slice(0, 20)}`,
  `Endpoint=sb://x;SharedAccessKey=${letters(43)}=`,
  `ghp_${letters(36)}`,
  `glpat-${letters(20)}`,
  `xoxb-${letters(40)}`,
  `https://hooks.slack.com/services/T${capitals.slice(0, 10)}/B${capitals.slice(0, 10)}/${letters(24)}`,
  `sk_live_${letters(24)}`,
  `NRAK-${capitals.slice(0, 27)}`,
  `glsa_${letters(32)}_${hex(8)}`,
  `npm_${letters(36)}`,
  `pypi-AgEIcHlwaS5vcmc${letters(120)}`,
  `dop_v1_${hex(64)}`,
  `eyJ${letters(20)}.eyJ${letters(40)}.${letters(43)}`,
  `-----BEGIN RSA PRIVATE KEY-----\nMIIE`,
  `Bearer ${letters(32)}`,
  `Basic ${letters(31)}=`,
];

describe("a credential is known by its look", () => {
  it.each(CREDENTIAL_PATTERNS.map(({ what }, index) => [what, EXAMPLES[index] ?? ""]))("as %s", (what, example) => {
    for (const text of [example, ` ${example}`, `"${example}"`, `key=${example}&x`, `x:${example}`]) {
      expect(credentialIn(text)).toBe(what);
    }
  });

  it.each([
    "",
    "sk-learn",
    "sk-learn-pipeline-for-everybody",
    "sk-learn-pipeline-2-of-2024",
    "task-a1B2c3D4e5F6g7H8i9J0",
    "gpt-4o-mini-2024-07-18",
    "claude-3-5-sonnet-20241022",
    "Bearer",
    "Bearer authentication",
    "-----BEGIN CERTIFICATE-----",
    "secret://openai/apiKey",
    "${OPENAI_KEY}",
    "https://api.openai.com/v1/chat/completions",
  ])("which %j has not", (text) => expect(credentialIn(text)).toBeUndefined());
});

describe("a credential is known by its field", () => {
  it.each([
    ["apiKey", "openai-of-team"],
    ["API_KEY", "hunter22"],
    ["x-api-key", "hunter22"],
    ["apiKeys", "hunter22"],
    ["client.secret", "hunter22"],
    ["password", "correct horse"],
    ["token", "a1B2c3D4e5F6g7H8"],
    ["Authorization", "a1B2c3D4e5F6g7H8"],
    ["anything", `sk-${letters(40)}`],
  ])("in %s: %s", (name, value) => expect(credentialAs(name, value)).toBeDefined());

  it.each([
    ["apiKey", ""],
    ["apiKey", "none"],
    ["apiKey", "secret://openai/apiKey"],
    ["apiKey", "${OPENAI_KEY}"],
    ["apiKey", "$OPENAI_KEY"],
    ["apiKey", "os.environ/OPENAI_KEY"],
    ["apiKey", "<your key>"],
    ["apiKey", "xxxxxxxx"],
    ["password", "********"],
    ["password", "REDACTED"],
    ["secret", "openai-credentials"],
    ["token", "1111111111111111"],
    ["token", "aaaaaaaaaaaaaaa1"],
    ["key", "x-tenant-id"],
    ["maxTokens", "a1B2c3D4e5F6g7H8"],
    ["apiKeyRef", "a1B2c3D4e5F6g7H8"],
    ["tokenUrl", "a1B2c3D4e5F6g7H8"],
    ["name", "a1B2c3D4e5F6g7H8"],
    ["constructor", "a1B2c3D4e5F6g7H8"],
    ["__proto__", "a1B2c3D4e5F6g7H8"],
  ])("and not in %s: %j", (name, value) => expect(credentialAs(name, value)).toBeUndefined());
});

describe("a credential is known in a URL", () => {
  it.each([
    ["https://api.example.com/v1?api-key=hunter22", "a credential"],
    ["https://api.example.com/v1?a=b&key=a1B2c3D4e5F6g7H8", "a credential"],
    ["https://api.example.com/v1?api%2Dkey=hunter22", "a credential"],
    ["https://user:hunter22@api.example.com", "user info"],
    ["https://hunter22@api.example.com", "user info"],
    [`https://api.example.com/sk-${letters(40)}/v1`, "an OpenAI key"],
    [`https://api.example.com/#xai-${letters(40)}`, "an xAI key"],
  ])("%s", (url, what) => expect(credentialInUrl(url)).toBe(what));

  it.each([
    "https://api.example.com/v1?api-version=2024-10-21",
    "https://api.example.com/v1?api-key=${OPENAI_KEY}",
    "https://api.example.com/models/a@b?key=1",
    "https://api.example.com",
    "not a URL?api-key=hunter22",
    "",
  ])("and not in %j", (url) => expect(credentialInUrl(url)).toBeUndefined());
});

describe("looking for credentials", () => {
  it.each([
    "a",
    "sk-",
    "sk-a",
    "eyJ",
    "eyJa.",
    "-",
    "Bearer ",
    "Bearer a",
    "AIza",
    "xoxb-",
    "-----BEGIN A ",
    "$",
    "{",
    "?key=1&",
  ])("takes no longer than a text of %j repeated is long", (word) => {
    // Linear: some 50 ms. Quadratic: minutes, which the limit on every test ends.
    const text = word.repeat(Math.ceil(1_000_000 / word.length));
    credentialAs("token", text);
    credentialInUrl(`https://a.example/${text}`);
  });
});

describe("a text for everybody's eyes", () => {
  it("has each known credential masked to its end", () => {
    for (const example of EXAMPLES) {
      const text = withoutCredentials(`Not found: ${JSON.stringify(example)} and ${example}: must be 'a'`);
      expect(text).toMatch(/^Not found: "[^"]*\*\*\*" and (?:[^ ]* )*[^ ]*\*\*\*: must be 'a'$/);
      for (let end = example.length; end > 40; end -= 1) expect(text).not.toContain(example.slice(end - 12, end));
    }
  });

  it("is left alone where it holds none", () => {
    expect(withoutCredentials("Not found: \"sk-learn\": must be 'a'")).toBe("Not found: \"sk-learn\": must be 'a'");
  });
});
