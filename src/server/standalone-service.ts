import { type NextFunction, type Request, type Response, Router } from "express";
import { SourceError } from "#source/source-document.ts";
import { answerPage } from "./answer-page.ts";
import { loopbackOnly } from "./loopback-only.ts";
import { reportText } from "./report-text.ts";
import { readBody } from "./request-body.ts";
import { refuse, type TransportFault } from "./transport-fault.ts";
import { type TextReview, validateText } from "./validate-text.ts";

export interface StandaloneServiceOptions {
  readonly reviewOf: TextReview;
  readonly rules: readonly object[];
  /** What a namespace, or one object in it, is held to; an empty name is any object. */
  readonly effectivePolicy: (subject: { readonly namespace: string; readonly name: string }) => object;
}

/** Bytes of manifests at once: far above any that people write, and parsed in well under a second. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** The page, `POST /v1/validate`, `GET /v1/rules` and `GET /v1/policies/effective`, for whoever sits at this machine. */
export function standaloneService({ reviewOf, rules, effectivePolicy }: StandaloneServiceOptions): Router {
  const router = Router();
  router.use(loopbackOnly);
  router.get("/", answerPage());
  router.get("/v1/rules", (_request, response) => void response.json({ rules }));
  router.get("/v1/policies/effective", explanation(effectivePolicy));
  router
    .route("/v1/validate")
    .post(validation(reviewOf))
    .all((request, response) => refuse(request, response, { code: 405, message: "the method must be POST" }));
  return router;
}

function explanation(
  effectivePolicy: StandaloneServiceOptions["effectivePolicy"],
): (request: Request, response: Response) => void {
  return (request, response) => {
    const { namespace, name = "" } = request.query;
    if (typeof namespace !== "string" || namespace === "" || typeof name !== "string")
      refuse(request, response, {
        code: 400,
        message: "the query must be namespace=NAMESPACE, and name=NAME if need be",
      });
    else response.json(effectivePolicy({ namespace, name }));
  };
}

function validation(reviewOf: TextReview): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    readBody(request, { limit: MAX_TEXT_BYTES }, (body, fault) => {
      if (fault === "cut off") return; // nobody is there to be answered
      if (body === undefined) {
        refuse(request, response, { code: 413, message: `the body must have at most ${MAX_TEXT_BYTES} bytes` });
        return;
      }
      try {
        const documents = validateText(strictUtf8.decode(body), reviewOf);
        if (request.accepts(["json", "text"]) === "text") response.type("text").send(reportText(documents));
        else response.json({ documents });
      } catch (error) {
        const fault = faultOfText(error);
        if (fault) refuse(request, response, fault);
        else next(error);
      }
    });
  };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** What is wrong with the text; undefined where the fault is ours. */
function faultOfText(error: unknown): TransportFault | undefined {
  if (error instanceof SourceError) {
    const { line, column, message } = error;
    return { code: 400, message: `line ${line}, column ${column}: ${message}`, at: { line, column } };
  }
  const isEncoding =
    error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA";
  return isEncoding ? { code: 400, message: "the body must be YAML or JSON in UTF-8" } : undefined;
}
