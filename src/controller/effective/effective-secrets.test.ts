import { expect, test } from "vitest";
import type { Model } from "#api/kinds/model.ts";
import { classWith, configWith } from "../../../test/support/facts.ts";
import { gatewayInputs, NO_SECRETS_GRANTED, secretsWith } from "../../../test/support/gateway-inputs.ts";
import { effectiveConfiguration } from "./effective-configuration.ts";
import type { SecretAccess } from "./secret-access.ts";

const MODEL: Model = {
  name: "gpt",
  type: "llm",
  provider: "openai",
  endpoint: "https://api.openai.com/v1",
  auth: { type: "apikey", valueFrom: { secretKeyRef: { name: "openai", key: "api-key" } } },
};

test.each<[string, SecretAccess, string | undefined, string]>([
  ["is there", secretsWith({ openai: { "api-key": "sk-x" } }), undefined, ""],
  ["is missing", secretsWith({}), "SecretNotFound", "Secret 'openai' must be in the gateway's namespace"],
  ["lacks the key", secretsWith({ openai: { key: "x" } }), "SecretKeyNotFound", "must have the key 'api-key'"],
  ["holds an inherited name only", secretsWith({ openai: {} }), "SecretKeyNotFound", "must have the key"],
  ["is empty", secretsWith({ openai: { "api-key": " " } }), "SecretInvalid", "must not be empty"],
  ["ends with a line break", secretsWith({ openai: { "api-key": "sk-x\n" } }), "SecretInvalid", "white space"],
  ["holds a line break", secretsWith({ openai: { "api-key": "a\r\nb" } }), "SecretInvalid", "no control characters"],
  ["may not be read", NO_SECRETS_GRANTED, "SecretAccessNotGranted", "access to Secrets is not granted"],
])("a credential whose Secret %s", (_, secrets, reason, text) => {
  const { parts, configuration } = effective(MODEL, secrets);
  expect(parts[0]?.reason).toBe(reason);
  expect(parts[0]?.message ?? "").toContain(text);
  expect(configuration.models).toHaveLength(reason === undefined ? 1 : 0);
  expect(JSON.stringify(parts)).not.toContain("sk-x");
});

test("each way of naming a Secret is followed", () => {
  const oauth2 = { tokenUrl: "https://login.example.com/t", clientId: "me", clientSecretRef: { name: "c", key: "k" } };
  const models: readonly Model[] = [
    { ...MODEL, auth: { type: "apikey", value: "secret://openai/api-key" } },
    { ...MODEL, auth: { type: "oauth2", oauth2 } },
    { ...MODEL, auth: {}, tls: { caSecretRef: { name: "ca", key: "ca.crt" } } },
  ];
  expect(models.map((model) => effective(model, secretsWith({})).parts[0]?.message)).toEqual([
    "auth.value: Secret 'openai' must be in the gateway's namespace",
    "auth.oauth2.clientSecretRef: Secret 'c' must be in the gateway's namespace",
    "tls.caSecretRef: Secret 'ca' must be in the gateway's namespace",
  ]);
});

test("a certificate authority must hold certificates, or a gateway refuses all that it is given", () => {
  const model = { ...MODEL, auth: {}, tls: { caSecretRef: { name: "ca", key: "ca.crt" } } };
  const bogus = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const content of ["", "no certificate", bogus]) {
    const { parts } = effective(model, secretsWith({ ca: { "ca.crt": content } }));
    expect(parts[0]).toMatchObject({ reason: "SecretInvalid" });
  }
});

test.each([
  ["api.openai.com", {}, ""],
  ["*.openai.com, other.example.com", {}, ""],
  ["API.OpenAI.com", {}, ""],
  ["openai.com", {}, "must be sent only to 'openai.com'"],
  ["", {}, "must be sent to no host"],
  ["api.openai.com", { endpoint: "https://api.openai.com@evil.example/v1" }, "must be sent only to"],
  ["api.openai.com", { endpoint: "https://evil.example/api.openai.com" }, "must be sent only to"],
  ["api.openai.com", { tls: { serverName: "evil.example" } }, "where the certificate is the host's own"],
])("a Secret that is for %j only goes nowhere else (%j)", (hosts, change, fault) => {
  const annotations = { "gateway.example.com/allowed-hosts": hosts };
  const secrets = secretsWith({ openai: { "api-key": "sk-x" } }, { annotations });
  const { parts } = effective({ ...MODEL, ...change }, secrets);
  expect(parts[0]?.state).toBe(fault === "" ? "Good" : "Quarantined");
  expect(parts[0]?.message ?? "").toContain(fault);
});

function effective(model: Model, secrets: SecretAccess) {
  const gateway = configWith({ gatewayClassName: "main", models: [model] });
  return effectiveConfiguration(gatewayInputs([classWith(), gateway], { secrets }));
}
