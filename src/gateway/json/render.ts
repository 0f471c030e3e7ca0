import { canonicalJson } from "../canonical-json.ts";
import { AUTHORIZATION, type CredentialSource, sentCredential } from "../credential.ts";
import type { EffectiveIntegration, EffectiveModel } from "../effective-configuration.ts";
import { ordered } from "../ordered.ts";
import type { Render, RenderContext } from "../rendering.ts";
import { type SecretFiles, secretFiles } from "../secret-files.ts";

/** The canonical document, `gateway.json`. */
export const renderJson: Render = (unordered, context) => {
  const { models, integrations, ...configuration } = ordered(unordered);
  const secrets = secretFiles();
  const document = {
    ...configuration,
    format: FORMAT,
    hash: context.hash,
    models: models.map((model) => modelOf(model, context, secrets)),
    integrations: integrations.map((integration) => integrationOf(integration, context, secrets)),
  };
  const file = { "gateway.json": `${canonicalJson(document, DEPTH)}\n` };
  return context.isConfidential
    ? { files: {}, secrets: { ...secrets.files, ...file } }
    : { files: file, secrets: secrets.files };
};

/** Changes when readers of the document have to. */
const FORMAT = "gatehouse/1";

/** A line for each model, route, policy, limit and integration. */
const DEPTH = 2;

function modelOf(model: EffectiveModel, { secret }: RenderContext, secrets: SecretFiles): unknown {
  const { name, auth, tls } = model;
  const { caSecretRef, ...checks } = tls ?? {};
  const ca = caSecretRef && { ca: { file: secrets.put(name, "ca.crt", secret(caSecretRef)) } };
  return {
    ...model,
    model: model.model ?? name,
    auth: auth && authOf(model, secret, secrets),
    tls: tls && { ...checks, ...ca },
  };
}

function authOf({ name, auth }: EffectiveModel, secret: RenderContext["secret"], secrets: SecretFiles): unknown {
  if (auth?.oauth2) {
    const { clientSecretRef, ...client } = auth.oauth2;
    const clientSecret = { file: secrets.put(name, "client-secret", secret(clientSecretRef)) };
    return {
      header: auth.header ?? AUTHORIZATION,
      scheme: auth.scheme ?? "Bearer",
      oauth2: { ...client, clientSecret },
    };
  }
  const sent = sentCredential(auth, secret);
  return sent && { header: sent.header, scheme: sent.scheme, credential: placeOf(sent.source, name, secrets) };
}

function placeOf(source: CredentialSource, name: string, secrets: SecretFiles): unknown {
  return source.type === "variable"
    ? { variable: source.variable }
    : { file: secrets.put(name, "credential", source.content) };
}

function integrationOf(integration: EffectiveIntegration, { secret }: RenderContext, secrets: SecretFiles): unknown {
  const { name, credentials } = integration;
  if (!credentials) return integration;
  const { header = AUTHORIZATION, secretRef } = credentials;
  const credential = { file: secrets.put(name, "integration", secret(secretRef)) };
  return { ...integration, credentials: { header, credential } };
}
