/** What comes of a request, one step after the other. */
export type Handlers = readonly object[];

/** Hands a request on to what is written once for all routes. */
export interface Link {
  readonly to: string;
  /** What the one before has to have come to: any failure, or no answer at all. Absent in the first. */
  readonly after?: "failure" | "silence";
}

/** One link after the other, each only when the one before came to nothing. */
export function sequence([first, ...rest]: readonly Link[]): Handlers {
  if (first === undefined) return [];
  const invoke = { handler: "invoke", name: first.to };
  const handlers = first.after === undefined ? [invoke] : [KEPT_BODY_AGAIN, invoke];
  const [second] = rest;
  return second === undefined ? handlers : otherwise(handlers, second.after ?? "failure", sequence(rest));
}

/** Tries some links, and when all of them failed the others. */
export function withFallbacks(first: readonly Link[], fallbacks: readonly Link[]): Handlers {
  return fallbacks.length === 0 ? sequence(first) : otherwise(sequence(first), "failure", sequence(fallbacks));
}

function otherwise(first: Handlers, after: "failure" | "silence", second: Handlers): Handlers {
  const caught = {
    match: [{ expression: EXPRESSIONS[after] }],
    handle: [UNSAID_RETRY_AFTER, ...second],
    terminal: true,
  };
  // Where no route catches an error, Caddy goes on as if there were none.
  return [
    { handler: "subroute", routes: [{ handle: first }], errors: { routes: [caught, { handle: [RAISED_AGAIN] }] } },
  ];
}

/** Reads the body into a variable, since what has been sent once is gone. */
export const KEPT_BODY = { handler: "vars", gatehouse_body: "{http.request.body}" };
const KEPT_BODY_AGAIN = { handler: "request_body", set: "{http.vars.gatehouse_body}" };

/** An error that is raised for an answer, so that it can be told from one that was raised for want of one. */
const ANSWERED = "answered";

const EXPRESSIONS = {
  failure: "{http.error.status_code} >= 500 || {http.error.status_code} == 429",
  silence: `{http.error.status_code} >= 500 && {http.error.message} != "${ANSWERED}"`,
};

/** When a model's own limit has room again is nothing to whom another answers. */
const UNSAID_RETRY_AFTER = { handler: "headers", response: { delete: ["Retry-After"] } };

const RAISED_AGAIN = {
  handler: "error",
  status_code: "{http.error.status_code}",
  error: "{http.error.message}",
};

/** Makes an error of a model's answer that says that it failed: 5xx, and 429, since another model may have room. */
export const ANSWERS_AS_ERRORS = [
  {
    match: { status_code: [5, 429] },
    routes: [{ handle: [{ handler: "error", status_code: "{http.reverse_proxy.status_code}", error: ANSWERED }] }],
  },
];

export function refusal(status: number): object {
  return { handler: "error", status_code: String(status) };
}

/** What clients are told, in the form that OpenAI's have; Caddy's own answer has no body. */
export const ERROR_ANSWERS = [
  {
    handle: [
      {
        handler: "static_response",
        status_code: "{http.error.status_code}",
        headers: { "Content-Type": ["application/json"] },
        body: '\\{"error":\\{"message":"{http.error.status_text}","type":"gateway_error","code":{http.error.status_code}\\}\\}',
      },
    ],
  },
];
