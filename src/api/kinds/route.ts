import { flag, integer, list, object, oneOf, required, type TypeOf, text } from "../schema.ts";
import { duration, modelName, objectName } from "./shared.ts";

const matcher = (description: string) =>
  object(description, {
    name: required(text("Name to look for.", { min: 1, max: 256 })),
    value: required(text("Value to compare with.", { max: 4096 })),
    type: oneOf("How the value is compared; Exact, if absent.", ["Exact", "Regex"]),
  });

/** What a route says wherever it stands. The lists are atomic, so nothing in them is ever defaulted. */
export const routeFields = {
  path: text("Ingress path for this route.", { max: 1024 }),
  pathType: oneOf("How the path is compared; Prefix, if absent.", ["Prefix", "Exact", "Regex"]),
  targetModel: modelName("Name of the target AI model."),
  methods: list(
    "HTTP methods; all, if absent.",
    oneOf("An HTTP method.", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    { max: 7 },
  ),
  match: object("Further conditions, all of which must hold.", {
    hostnames: list("Hosts: exact, or `*.` and a suffix.", text("A host.", { min: 1, max: 253 }), { max: 16 }),
    headers: list("Headers.", matcher("A header."), { max: 16 }),
    queryParams: list("Query parameters.", matcher("A query parameter."), { max: 16 }),
    models: list("Model names in the request's body: exact, or a prefix and `*`.", modelName("A model name."), {
      max: 16,
    }),
  }),
  targets: list(
    "Models that share the requests by weight, instead of targetModel.",
    object("A model and its share.", {
      model: required(modelName("Name of a model.")),
      weight: integer("Share of the requests; 1, if absent.", { min: 0, max: 1_000_000 }),
    }),
    {
      max: 16,
      rules: [
        {
          // Weights are not negative, so their sum is above zero as soon as one is.
          rule: "self.size() == 0 || self.exists(target, !has(target.weight) || target.weight > 0)",
          message: "targets must have at least one weight above 0",
          twin: "target-weights",
        },
      ],
    },
  ),
  fallbacks: list("Models to try, in this order, when the target fails.", modelName("Name of a model."), { max: 16 }),
  retry: object("When to try again.", {
    attempts: integer("Tries after the first.", { min: 0, max: 10 }),
    onStatus: list(
      "Status codes of the model that are tried again.",
      integer("A status code.", { min: 400, max: 599 }),
      { max: 32 },
    ),
    respectRetryAfter: flag("Wait as long as the answer's Retry-After says."),
  }),
  timeout: duration("Longest time for a request on this route, retries included."),
  promptTemplateRef: object("A PromptTemplate of this namespace.", {
    name: required(objectName("Name of the PromptTemplate.")),
  }),
  policies: list(
    "Names of policies of the gateway that apply; all, if absent.",
    text("Name of a policy.", { min: 1, max: 253 }),
    { max: 32 },
  ),
};

/** One item of `spec.routes`. */
export const route = object("One way from a request to a model.", routeFields);

export type Route = TypeOf<typeof route>;
