import { free, object, oneOf, required, type TypeOf, text } from "../schema.ts";

/** One item of `spec.policies`: what the gateway itself does to requests. Not to be mixed up with AIGatewayPolicy. */
export const attachedPolicy = object("Something that the gateway does to requests.", {
  name: required(text("Name that routes refer to.", { min: 1, max: 253 })),
  type: oneOf("What kind of policy it is.", ["circuitBreaker", "accessControl", "observability"]),
  config: free("Settings, by type; the rule policy-config says which."),
});

export type AttachedPolicy = TypeOf<typeof attachedPolicy>;
