import { decimal, flag, integer, list, object, oneOf, required, set, type TypeOf, text } from "../schema.ts";
import { modelName, objectName, rateLimitNumbers, secretKeyRef, timeoutFields } from "./shared.ts";

const auth = object(
  "How the gateway authenticates to the model's endpoint. At most one of value, valueFrom and oauth2.",
  {
    type: oneOf("Authentication type.", ["apikey", "oauth2"]),
    value: text(
      "Authentication credential value: `secret://NAME/KEY` for a Secret of this namespace, `${NAME}` for a variable that the class allows, or a literal.",
      { max: 4096 },
    ),
    valueFrom: object("Where the credential is taken from.", {
      secretKeyRef: required(secretKeyRef("A key of a Secret in this namespace.")),
    }),
    header: text("Header that carries the credential.", { min: 1, max: 256 }),
    scheme: text("Word before the credential in the header, such as Bearer.", { max: 64 }),
    oauth2: object("Client credentials flow.", {
      tokenUrl: required(text("Where tokens are fetched.", { max: 2048, format: "uri" })),
      clientId: required(text("Client id.", { min: 1, max: 1024 })),
      clientSecretRef: required(secretKeyRef("Client secret.")),
      scopes: list("Scopes to ask for.", text("A scope.", { min: 1, max: 256 }), { max: 32 }),
    }),
  },
  [
    {
      rule: "[has(self.value), has(self.valueFrom), has(self.oauth2)].filter(given, given).size() <= 1",
      message: "must have at most one of value, valueFrom and oauth2",
      twin: "credential-source",
    },
  ],
);

/** What is said about a model wherever it stands: its name and its place are not part of it. */
export const modelFields = {
  type: text(
    "Type of model: llm, image-gen, nlp, embedding, rerank, audio or moderation. Others pass with a warning.",
    { min: 1, max: 63 },
  ),
  endpoint: text("API endpoint of the model service.", { max: 2048, format: "uri" }),
  provider: text(
    "Who serves the model, such as openai. Filled in when an approval or the endpoint's host makes it certain.",
    {
      min: 1,
      max: 63,
    },
  ),
  model: text("The provider's id of the model; the name, if absent.", { min: 1, max: 253 }),
  version: text("Version or snapshot of the model.", { min: 1, max: 63 }),
  region: text("Region that serves the model.", { min: 1, max: 63 }),
  auth,
  rateLimits: object("Limits that the gateway holds clients to.", {
    ...rateLimitNumbers,
    key: oneOf("Who shares one limit.", ["Global", "Consumer", "ClientIP", "Header"], { default: "Global" }),
  }),
  timeouts: object("How long the gateway waits for the model.", timeoutFields),
  parameters: object("Defaults for parameters that a client left out.", {
    temperature: decimal("Sampling temperature.", { min: 0, max: 2 }),
    topP: decimal("Nucleus sampling.", { min: 0, max: 1 }),
    maxTokens: integer("Longest completion, in tokens.", { min: 1, max: 10_000_000 }),
    stop: list("Sequences that end the completion.", text("A sequence.", { min: 1, max: 256 }), { max: 16 }),
  }),
  fallbacks: list(
    "Models of the same gateway to try, in this order, when this one fails.",
    modelName("Name of a model."),
    {
      max: 16,
    },
  ),
  tls: object("How the gateway checks the endpoint's certificate.", {
    caSecretRef: secretKeyRef("Certificate authority to trust instead of the system's."),
    insecureSkipVerify: flag("Accept any certificate."),
    serverName: text("Name to expect in the certificate, if not the endpoint's host.", { min: 1, max: 253 }),
  }),
  dataClassification: set(
    "Classes of data that the model is given, such as public or restricted.",
    text("A class of data.", { min: 1, max: 63 }),
    { max: 16 },
  ),
};

const ALONE = Object.keys(modelFields);

/** One model behind a gateway. */
export const model = object(
  "One model behind the gateway.",
  {
    name: required(modelName("Unique name of the AI model.")),
    modelRef: object("A ModelConfig of this namespace that says all else about the model.", {
      name: required(objectName("Name of the ModelConfig.")),
    }),
    ...modelFields,
  },
  [
    {
      rule: `!has(self.modelRef) || !(${ALONE.map((field) => `has(self.${field})`).join(" || ")})`,
      message: "must have only name and modelRef when modelRef is given",
      twin: "model-reference",
    },
  ],
);

export type Model = TypeOf<typeof model>;

/** Fields that may not stand beside `modelRef`. */
export const FIELDS_OF_MODEL_CONFIG: readonly string[] = ALONE;
