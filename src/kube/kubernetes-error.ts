/** One cause in a Status object. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/**
 * What to do about a failed request:
 * - `retry`: the same again after a pause (connection lost, 5xx, missing rights or objects that may yet come);
 * - `retry-at`: the same again after `retryAfterMilliseconds`, as the server asked;
 * - `reread`: read the object again and decide anew (409, somebody was faster);
 * - `relist`: the resource version is of no use any more (410) or not yet (too large);
 * - `terminal`: the request itself is wrong; only a different one can succeed.
 */
export type Reaction = "retry" | "retry-at" | "reread" | "relist" | "terminal";

export interface KubernetesErrorOptions {
  /** HTTP status; 0 when no answer came. */
  readonly code: number;
  /** `Status.reason`, such as NotFound or Conflict; ConnectionFault or Timeout when no answer came. */
  readonly reason: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterMilliseconds?: number | undefined;
  /** What was asked of whom, such as `GET /api/v1/namespaces`. */
  readonly request?: string | undefined;
  readonly cause?: unknown;
}

/** A request that the API server refused, or that never reached it. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  readonly retryAfterMilliseconds: number | undefined;
  readonly request: string | undefined;

  constructor(message: string, options: KubernetesErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    this.request = options.request;
  }

  get reaction(): Reaction {
    if (isExpired(this) || isTooLargeResourceVersion(this)) return "relist";
    if (this.code === 409) return "reread";
    if (this.retryAfterMilliseconds !== undefined) return "retry-at";
    return HOPELESS.has(this.code) ? "terminal" : "retry";
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.code === 404;
}

/** 409 on a write that carried a stale resource version. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubernetesError && error.code === 409 && error.reason !== "AlreadyExists";
}

/** 409 on a create whose name is taken. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof KubernetesError && error.reason === "AlreadyExists";
}

/** 422: what it would come to is against the rules of its kind. */
export function isInvalid(error: unknown): boolean {
  return error instanceof KubernetesError && error.reason === "Invalid";
}

/** 403 on a create in a namespace that is being deleted, as client-go's NamespaceTerminatingCause. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof KubernetesError && error.causes.some(({ reason }) => reason === "NamespaceTerminating");
}

/** The resource version was compacted away, as client-go's isExpiredError. */
export function isExpired(error: unknown): boolean {
  return error instanceof KubernetesError && (error.code === 410 || EXPIRED.has(error.reason));
}

/** The server has not reached that resource version, as client-go's isTooLargeResourceVersionError. */
export function isTooLargeResourceVersion(error: unknown): boolean {
  if (!(error instanceof KubernetesError)) return false;
  if (error.causes.some(({ reason }) => reason === "ResourceVersionTooLarge")) return true;
  // Servers before 1.17.5 give the text as a cause's message only, servers before 1.17 in the message only.
  if (error.causes.some(({ message }) => message?.includes(TOO_LARGE) === true)) return true;
  return error.reason === "Timeout" && error.message.includes(TOO_LARGE);
}

/** Nobody answered: refused, reset, timed out, or not the server that we trust. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof KubernetesError && error.code === 0;
}

/** 401 and 403 are not here, since rights are granted later; nor is 404, since a namespace or a CRD may yet come. */
const HOPELESS: ReadonlySet<number> = new Set([400, 405, 406, 413, 414, 415, 422]);

const EXPIRED: ReadonlySet<string> = new Set(["Expired", "Gone"]);

const TOO_LARGE = "Too large resource version";
