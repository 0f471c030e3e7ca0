import { KubernetesError, type StatusCause } from "./kubernetes-error.ts";

/** What is known about an answer beside its body. */
export interface AnswerHead {
  readonly code: number;
  readonly retryAfter?: string | undefined;
  readonly request?: string;
}

/** The error that a refusal is: a Status object as the API server sends it, or whatever a proxy says instead. */
export function errorOfAnswer(head: AnswerHead, body: string): KubernetesError {
  const status = parsed(body);
  if (status !== undefined) return errorOfStatus(status, head);
  const text = body.trim().slice(0, LONGEST_TEXT);
  return new KubernetesError(`the server answered ${head.code}${text === "" ? "" : `: ${text}`}`, {
    code: head.code,
    reason: "",
    retryAfterMilliseconds: milliseconds(head.retryAfter),
    request: head.request,
  });
}

/** The error in a Status object, which an ERROR event of a watch carries too. */
export function errorOfStatus(status: object, head?: AnswerHead): KubernetesError {
  const { code, reason, message, details } = status as WireStatus;
  const actual = head?.code ?? (typeof code === "number" ? code : 500);
  // In the body of an error event there is no header, so the details are asked too, as client-go does.
  const retryAfter = milliseconds(head?.retryAfter) ?? milliseconds(details?.retryAfterSeconds);
  return new KubernetesError(message ?? `the server answered ${actual}`, {
    code: actual,
    reason: reason ?? "",
    causes: Array.isArray(details?.causes) ? details.causes : [],
    retryAfterMilliseconds: retryAfter,
    request: head?.request,
  });
}

/** A frame of a watch that makes no sense, as client-go's stream watcher reports it. */
export function decodingError(message: string, cause?: unknown): KubernetesError {
  const causes = [{ reason: "ClientWatchDecoding", message }];
  return new KubernetesError(message, { code: 500, reason: "InternalError", causes, cause });
}

/** No answer, or only a part of one. */
export function connectionError(cause: unknown, request: string): KubernetesError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new KubernetesError(`${request}: ${message}`, { code: 0, reason: "ConnectionFault", request, cause });
}

export function timeoutError(request: string, limitMilliseconds: number): KubernetesError {
  const message = `${request}: no answer within ${limitMilliseconds / 1000} s`;
  return new KubernetesError(message, { code: 0, reason: "Timeout", request });
}

/** Enough of a proxy's page to recognise it. */
const LONGEST_TEXT = 200;

interface WireStatus {
  readonly code?: unknown;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly StatusCause[]; readonly retryAfterSeconds?: number };
}

function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isStatus = typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "Status";
    return isStatus ? value : undefined;
  } catch {
    return undefined; // not from the API server itself
  }
}

/** Whole seconds; the other form of Retry-After, a date, is not read by client-go either. */
function milliseconds(seconds: string | number | undefined): number | undefined {
  if (seconds === undefined || seconds === "") return undefined;
  const value = Number(seconds);
  return Number.isFinite(value) && value > 0 ? value * 1000 : undefined;
}
