import type { Kind, ObjectOfKind } from "../kind.ts";
import { flag, integer, list, listMap, object, oneOf, required, set, text } from "../schema.ts";
import { condition, controllers, VARIABLE_NAME } from "./shared.ts";

const spec = object("What is sent to a model, with places for what the client gives.", {
  version: text("Version of the template, for its readers and for logs.", { min: 1, max: 63 }),
  variables: listMap(
    "What the messages leave open.",
    object("One variable.", {
      name: required(
        text("Name, which messages put between two pairs of braces.", { min: 1, max: 63, pattern: VARIABLE_NAME }),
      ),
      description: text("What it is for.", { max: 1024 }),
      required: flag("Whether a request without it is refused; not, if absent."),
      default: text("Value where a request gives none; the empty text, if absent.", { max: 4096 }),
      pattern: text("Regular expression that the whole value must match.", { min: 1, max: 1024 }),
    }),
    { key: "name", max: 64 },
  ),
  messages: required(
    list(
      "Messages of the conversation, in this order.",
      object("One message.", {
        role: required(oneOf("Who says it.", ["system", "developer", "user", "assistant"])),
        content: required(
          text("What is said. A name between two pairs of braces stands for a variable.", { min: 1, max: 65_536 }),
        ),
      }),
      { min: 1, max: 64 },
    ),
  ),
  models: set(
    "Names of models that the template is written for: exact, or a prefix and `*`; all, if absent.",
    text("A model name.", { min: 1, max: 253 }),
    { max: 256 },
  ),
});

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllers,
  usedBy: integer("Routes that refer to it now.", { min: 0, max: 10_000_000 }),
  conditions: listMap("Accepted.", condition, { key: "type", max: 16 }),
});

export const promptTemplate = {
  kind: "PromptTemplate",
  plural: "prompttemplates",
  singular: "prompttemplate",
  shortNames: ["aipt"],
  scope: "Namespaced",
  description:
    "Messages that routes of the namespace put before or around what clients send: `promptTemplateRef` names it.",
  spec,
  status,
  printerColumns: [
    { name: "Version", type: "string", jsonPath: ".spec.version", description: "Version of the template." },
    { name: "Models", type: "string", jsonPath: ".spec.models", description: "Models that it is written for." },
    { name: "UsedBy", type: "integer", jsonPath: ".status.usedBy", description: "Routes that refer to it now." },
    {
      name: "Accepted",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
      description: "Whether it can be used.",
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
  ],
} satisfies Kind;

export type PromptTemplate = ObjectOfKind<typeof promptTemplate>;
