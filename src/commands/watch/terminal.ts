import type { EventEmitter } from "node:events";

/** What is known of where the output goes: a terminal, or a file or program. */
export interface Terminal extends Disposable {
  /** Characters in a line, as wide as the window is now. */
  readonly width: number;
  readonly isColoured: boolean;
  /** Aborted when nobody reads any more, as after `| head`. */
  readonly closed: AbortSignal;
}

/** What a stream is asked; a file knows less than a terminal. */
interface Output extends Pick<EventEmitter, "on" | "off"> {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly hasColors?: () => boolean;
}

export function terminalOf(stream: Output): Terminal {
  const closed = new AbortController();
  const close = () => closed.abort(new Error("nobody reads the output any more"));
  stream.on("error", close);
  return {
    get width() {
      return stream.columns ?? FILE_COLUMNS;
    },
    // Node knows NO_COLOR and dumb terminals.
    isColoured: stream.isTTY === true && stream.hasColors?.() === true,
    closed: closed.signal,
    [Symbol.dispose]: () => void stream.off("error", close),
  };
}

/** Characters; a file has no width, but a line of it is read on something. */
const FILE_COLUMNS = 160;
