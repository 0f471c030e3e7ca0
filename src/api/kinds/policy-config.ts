import { decimal, flag, integer, list, object, oneOf, type Schema, text } from "../schema.ts";
import type { AttachedPolicy } from "./attached-policy.ts";
import { duration } from "./shared.ts";

/**
 * What `config` of an attached policy may hold, by the policy's type. The CRD
 * leaves it free; the rule `policy-config` holds it to this, and the
 * documentation is made from it.
 */
export const POLICY_CONFIGS = {
  circuitBreaker: object("Stops calling a model that keeps failing.", {
    failureThreshold: integer("Failures within the interval that open the circuit.", { min: 1, max: 1_000_000 }),
    interval: duration("Time over which failures are counted; at most an hour."),
    openDuration: duration("How long the circuit stays open; at most an hour."),
    openSeconds: integer("How long the circuit stays open, in seconds; instead of openDuration.", {
      min: 1,
      max: 3600,
    }),
    halfOpenRequests: integer("Requests that are let through to try the model again.", { min: 1, max: 10_000 }),
  }),
  accessControl: object("Says which clients may use which models.", {
    mode: oneOf("Who is let in: everybody, nobody, or those on the lists.", ["allowAll", "denyAll", "allowList"]),
    consumers: list("Names of clients.", text("A client.", { min: 1, max: 253 }), { max: 1024 }),
    groups: list("Names of groups of clients.", text("A group.", { min: 1, max: 253 }), { max: 1024 }),
    allowedModels: list(
      "Models that may be used: exact, or a prefix and `*`.",
      text("A model.", { min: 1, max: 253 }),
      {
        max: 256,
      },
    ),
    jwt: object("Tokens that clients are known by.", {
      issuer: text("Issuer that a token must name.", { min: 1, max: 2048 }),
      audience: text("Audience that a token must name.", { min: 1, max: 2048 }),
      jwksURI: text("Where the issuer's keys are fetched.", { min: 1, max: 2048 }),
    }),
  }),
  observability: object("Says what is recorded about requests.", {
    sampling: decimal("Share of requests that are traced.", { min: 0, max: 1 }),
    metrics: flag("Whether metrics are kept."),
    tracing: flag("Whether requests are traced."),
    accessLog: object("What the access log holds.", {
      fields: list("Names of fields.", text("A field.", { min: 1, max: 253 }), { max: 64 }),
    }),
    payloadLogging: flag("Whether prompts and completions are logged; not, if absent."),
  }),
} satisfies Readonly<Record<NonNullable<AttachedPolicy["type"]>, Schema<unknown>>>;
