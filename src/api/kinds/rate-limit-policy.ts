import type { Kind, ObjectOfKind } from "../kind.ts";
import { type CelRule, flag, integer, list, listMap, object, oneOf, required, type TypeOf, text } from "../schema.ts";
import { burst, condition, controllers, HEADER_NAME, targetRef, WINDOW } from "./shared.ts";

/** A window may last years, so a count is bounded far above what a minute may have. */
export const MAX_COUNT = 1_000_000_000_000;

const count = (description: string) => integer(description, { min: 1, max: MAX_COUNT });

/** What each limit must be, unless it was one before: an object from before the rule can still be edited. */
function eachLimit(claim: string, message: string): CelRule {
  return {
    rule: `self.limits.all(limit, ${claim} || (oldSelf.hasValue() && limit in oldSelf.value().limits))`,
    optionalOldSelf: true,
    message,
    twin: "limit-definition",
  };
}

const tokens = object("How many tokens fit into the window. They are counted after each answer.", {
  total: count("Tokens of prompts and completions together."),
  input: count("Tokens of prompts."),
  output: count("Tokens of completions."),
});

export const limit = object("How much fits into a window of time: requests or tokens.", {
  requests: count("Requests that fit into the window."),
  tokens,
  window: required(
    text("Length of the window: a number from 1 to 9999 and `s`, `m`, `h` or `d`, such as `1m`.", {
      max: 5,
      pattern: WINDOW,
    }),
  ),
  burst: burst("Requests that may come at once above the steady rate. Only beside requests."),
  key: oneOf("Who shares one limit; Global, if absent.", ["Global", "Consumer", "ClientIP", "Header"]),
  header: text("Header whose values have a limit each. Given exactly where key is Header.", {
    min: 1,
    max: 256,
    pattern: HEADER_NAME,
  }),
  shadowMode: flag("Count only what the limit would refuse, and refuse nothing."),
});

export type Limit = TypeOf<typeof limit>;

const spec = object(
  "How much clients may ask of gateways, shared models and routes.",
  {
    targetRefs: required(
      list("What is limited: gateways, shared models and routes of this namespace.", targetRef, { min: 1, max: 64 }),
    ),
    limits: required(list("Limits, all of which hold.", limit, { min: 1, max: 32 })),
  },
  [
    eachLimit("has(limit.requests) != has(limit.tokens)", "each limit must have exactly one of requests and tokens"),
    eachLimit(
      "!has(limit.tokens) || has(limit.tokens.total) || has(limit.tokens.input) || has(limit.tokens.output)",
      "tokens of each limit must have total, input or output",
    ),
    eachLimit(
      "has(limit.header) == (has(limit.key) && limit.key == 'Header')",
      "each limit must have header exactly where its key is Header",
    ),
    eachLimit("!has(limit.burst) || has(limit.requests)", "each limit must have burst only beside requests"),
  ],
);

const status = object("What Gatehouse observed.", {
  observedGeneration: integer("Generation of the object that this status is about.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  controllers,
  conditions: listMap("Accepted, ResolvedRefs and Programmed.", condition, { key: "type", max: 16 }),
});

export const rateLimitPolicy = {
  kind: "RateLimitPolicy",
  plural: "ratelimitpolicies",
  singular: "ratelimitpolicy",
  shortNames: ["airl"],
  scope: "Namespaced",
  description:
    "Limits of requests and tokens that gateways, shared models and routes of the namespace hold clients to, beside the models' own.",
  spec,
  status,
  printerColumns: [
    { name: "Target", type: "string", jsonPath: ".spec.targetRefs[0].name", description: "First that is limited." },
    {
      name: "Requests",
      type: "string",
      jsonPath: ".spec.limits[0].requests",
      description: "Requests that fit into the window of the first limit.",
    },
    {
      name: "Tokens",
      type: "string",
      jsonPath: ".spec.limits[0].tokens",
      description: "Tokens that fit into the window of the first limit.",
    },
    {
      name: "Window",
      type: "string",
      jsonPath: ".spec.limits[0].window",
      description: "Length of the first limit's window.",
    },
    {
      name: "Programmed",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
      description: "Whether gateways confirmed it.",
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since creation." },
    {
      name: "Key",
      type: "string",
      jsonPath: ".spec.limits[0].key",
      description: "Who shares the first limit.",
      priority: 1,
    },
  ],
} satisfies Kind;

export type RateLimitPolicy = ObjectOfKind<typeof rateLimitPolicy>;
