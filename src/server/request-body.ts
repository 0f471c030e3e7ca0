import type { IncomingMessage } from "node:http";

/** Why there is no body: more than allowed, no room for it beside others, or the client went away. */
export type BodyFault = "too large" | "no room" | "cut off";

export interface BodyLimits {
  /** Bytes of one body. */
  readonly limit: number;
  /** Takes room for more bytes where several bodies share it; false where there is none. */
  readonly take?: (bytes: number) => boolean;
}

/**
 * Collects a request's body and hands it over once. At most `limit` bytes are
 * ever held; what comes beyond is left to the caller to discard. Callbacks rather
 * than a promise: this is the hot path.
 */
export function readBody(
  request: IncomingMessage,
  { limit, take = always }: BodyLimits,
  done: (body: Buffer | undefined, fault?: BodyFault) => void,
): void {
  if (Number(request.headers["content-length"]) > limit) {
    done(undefined, "too large");
    return;
  }
  let chunks: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const finish = (body: Buffer | undefined, fault?: BodyFault) => {
    if (isDone) return;
    isDone = true;
    chunks = [];
    done(body, fault);
  };
  request.on("data", (chunk: Buffer) => {
    if (isDone) return;
    length += chunk.length;
    if (length > limit) finish(undefined, "too large");
    else if (!take(chunk.length)) finish(undefined, "no room");
    else chunks.push(chunk);
  });
  request.on("end", () => finish(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)));
  request.on("error", () => finish(undefined, "cut off"));
  request.on("close", () => finish(undefined, "cut off"));
}

function always(): boolean {
  return true;
}
