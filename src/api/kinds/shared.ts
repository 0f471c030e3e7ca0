import { integer, list, mapOf, object, oneOf, required, set, text, timestamp } from "../schema.ts";

/** A DNS-1123 subdomain: what Kubernetes takes as the name of most objects. */
export const OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

/** What shells and template languages take as the name of a variable. */
export const VARIABLE_NAME = "^[A-Za-z_][A-Za-z0-9_]*$";

/** Gateway API's duration (GEP-2257): `30s`, `1m30s`, `250ms`. */
export const DURATION = "^(?:[0-9]{1,5}(?:h|m|s|ms)){1,4}$";

/** A number from 1 to 9999 and its unit. */
export const WINDOW = "^[1-9][0-9]{0,3}(s|m|h|d)$";

/** Narrower than HTTP's, so that no gateway's configuration language finds anything to expand in it. */
export const HEADER_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/** Kubernetes' longest object name. */
const MAX_NAME = 253;

export const objectName = (description: string) => text(description, { min: 1, max: MAX_NAME, pattern: OBJECT_NAME });

/** The name of a model: wider than an object's name, since upstream ids hold `/`, `:` and capitals. */
export const modelName = (description: string) => text(description, { min: 1, max: MAX_NAME });

export const duration = (description: string) => text(description, { max: 32, pattern: DURATION });

export const labels = (description: string) =>
  mapOf(description, text("Value of the label.", { max: 63 }), { max: 64 });

export const secretKeyRef = (description: string) =>
  object(description, {
    name: required(objectName("Name of the Secret.")),
    key: required(text("Key inside the Secret.", { min: 1, max: MAX_NAME })),
  });

/** In the status of what gateways of several controllers may have: a set, so that each owns its own name in it. */
export const controllers = set(
  "Controllers that have something to say of it, by controllerName.",
  text("Name of a controller.", { max: MAX_NAME }),
  { max: 64 },
);

/** What a policy beside gateways may be about. */
export const targetRef = object("An object of this namespace.", {
  kind: required(oneOf("Kind of the object.", ["AIGatewayConfig", "ModelConfig", "AIRoute"])),
  name: required(objectName("Name of the object.")),
});

const quantities = (description: string) => mapOf(description, text("A quantity.", { max: 64 }), { max: 16 });

export const computeResources = (description: string) =>
  object(description, { requests: quantities("What is set aside."), limits: quantities("What is allowed.") });

/** Kubernetes' label selector, with its meaning: an empty one selects everything. */
export const labelSelector = (description: string) =>
  object(description, {
    matchLabels: labels("Labels that must be there with these values."),
    matchExpressions: list(
      "Requirements on labels, all of which must hold.",
      object("One requirement.", {
        key: required(text("Label that the requirement is about.", { min: 1, max: 317 })), // prefix 253, slash, name 63
        operator: required(oneOf("How the label relates to the values.", ["In", "NotIn", "Exists", "DoesNotExist"])),
        values: list("Values for In and NotIn.", text("A label value.", { max: 63 }), { max: 64 }),
      }),
      { max: 32 },
    ),
  });

/** Limits of one model, all for one minute. A billion is far above what any provider grants. */
const MAX_RATE = 1_000_000_000;

export const requestsPerMinute = (description: string) => integer(description, { min: 1, max: MAX_RATE });
export const burst = (description: string) => integer(description, { min: 0, max: MAX_RATE });
export const tokensPerMinute = (description: string) => integer(description, { min: 1, max: MAX_RATE });

export const rateLimitNumbers = {
  requestsPerMinute: requestsPerMinute("Requests that a client may send in a minute."),
  burst: burst("Requests that may come at once above the steady rate."),
  tokensPerMinute: tokensPerMinute("Tokens, prompt and completion together, in a minute. Counted after each answer."),
};

export const timeoutFields = {
  request: duration("Longest time that one request may take, from first byte to last."),
  streamIdle: duration("Longest silence between two parts of a streamed answer."),
};

/** metav1.Condition, as every kind's status carries it. */
export const condition = object("One observation of the object's state.", {
  type: required(text("What is observed, such as Ready.", { min: 1, max: 316 })),
  status: required(oneOf("Whether it holds.", ["True", "False", "Unknown"])),
  reason: required(text("One word for the cause.", { min: 1, max: 1024 })),
  message: required(text("The cause in a sentence.", { max: 32_768 })),
  observedGeneration: integer("Generation of the object that was observed.", { min: 0, max: Number.MAX_SAFE_INTEGER }),
  lastTransitionTime: required(timestamp("When the status last changed.")),
});
