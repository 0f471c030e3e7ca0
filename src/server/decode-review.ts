import { type AdmissionRequest, REVIEW_VERSIONS } from "#api/admission-review.ts";

/** A review that can be answered. */
export interface DecodedReview {
  /** Echoed in the answer. */
  readonly apiVersion: string;
  readonly request: AdmissionRequest;
}

/** What is wrong with a body that is no review. */
export interface UndecodableReview {
  readonly undecodable: string;
}

/**
 * The AdmissionReview in a request's body. Total: whatever the bytes, the answer
 * is a request whose envelope has the types that it claims to have, or a reason.
 * The objects inside it may still be anything.
 */
export function decodeReview(body: Buffer): DecodedReview | UndecodableReview {
  if (body.length === 0) return { undecodable: "the body is empty; it must be an AdmissionReview" };
  if (holdsMore(body, MAX_VALUES)) return { undecodable: `the body must hold at most ${MAX_VALUES} values` };
  let review: unknown;
  let text: string;
  try {
    text = strictUtf8.decode(body);
    review = JSON.parse(text);
  } catch (error) {
    return { undecodable: `the body is not JSON in UTF-8${placeOf(error)}` };
  }
  if (!isRecord(review)) return { undecodable: "the body must be an AdmissionReview" };
  const { apiVersion, kind, request } = review;
  if (kind !== "AdmissionReview") return { undecodable: "`kind` must be 'AdmissionReview'" };
  if (typeof apiVersion !== "string" || !VERSIONS.has(apiVersion)) return { undecodable: UNKNOWN_VERSION };
  if (!isRecord(request)) return { undecodable: "`request` must be an object" };
  const fault = envelopeFault(request);
  if (fault !== undefined) return { undecodable: fault };
  // Its envelope has just been checked, field by field.
  const checked = request as unknown as { -readonly [Field in keyof AdmissionRequest]: AdmissionRequest[Field] };
  checked.mentionsNoVariable = mentionsNoVariable(text); // whatever the wire says
  checked.bytes = body.length;
  return { apiVersion, request: checked };
}

/**
 * What JSON.parse takes a tenth of a second for, where they are the fields of one
 * object. An update between two configurations that fill every list of the schema
 * holds some 200,000.
 */
const MAX_VALUES = 250_000;

/** Whether JSON holds more values than that: each but the first comes after a comma or a bracket outside of texts. */
function holdsMore(body: Buffer, limit: number): boolean {
  if (body.length <= limit) return false;
  let count = 0;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index];
    if (byte === QUOTE) index = endOfText(body, index);
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) count += 1;
  }
  return count > limit;
}

function endOfText(body: Buffer, start: number): number {
  let index = start + 1;
  while (index < body.length && body[index] !== QUOTE) index += body[index] === BACKSLASH ? 2 : 1;
  return index;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** An escape could spell it too, so where there is any, the strings themselves must be looked at. */
function mentionsNoVariable(text: string): boolean {
  return !text.includes("${") && !text.includes("\\u");
}

/** V8's own words quote the text around the fault, which may hold a secret, so only the place is told. */
function placeOf(error: unknown): string {
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
  return position === undefined ? "" : `, at character ${Number(position) + 1}`;
}

/** Go refuses a byte order mark too, so it stays and JSON.parse trips over it. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const VERSIONS: ReadonlySet<string> = new Set(REVIEW_VERSIONS);
const UNKNOWN_VERSION = `\`apiVersion\` must be one of ${REVIEW_VERSIONS.map((version) => `'${version}'`).join(", ")}`;

function envelopeFault(request: Readonly<Record<string, unknown>>): string | undefined {
  const { uid, kind, resource, operation } = request;
  if (typeof uid !== "string" || uid === "") return "`request.uid` must be a string that is not empty";
  if (typeof operation !== "string") return "`request.operation` must be a string";
  if (!isRecord(kind) || !areStrings(kind["group"], kind["version"], kind["kind"])) {
    return "`request.kind` must have group, version and kind";
  }
  if (!isRecord(resource) || !areStrings(resource["group"], resource["version"], resource["resource"])) {
    return "`request.resource` must have group, version and resource";
  }
  const notText = OPTIONAL_TEXTS.find((field) => !isAbsentOr(request[field], "string"));
  if (notText !== undefined) return `\`request.${notText}\` must be a string`;
  return isAbsentOr(request["dryRun"], "boolean") ? undefined : "`request.dryRun` must be a boolean";
}

const OPTIONAL_TEXTS = ["name", "namespace", "subResource"] as const;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areStrings(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}

function isAbsentOr(value: unknown, type: "string" | "boolean"): boolean {
  return value === undefined || typeof value === type;
}
