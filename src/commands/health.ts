import { command } from "./command.ts";
import { UsageError } from "./usage-error.ts";

export const health = command({
  name: "health",
  summary: "Ask a server on this machine whether it is ready.",
  description: [
    "Asks the plain port of `gatehouse serve`, and prints what it answers: for the health check of a",
    "container without a shell. Exit code 0 if the server is ready, 1 if it is not or does not answer.",
  ].join("\n"),
  options: {
    url: {
      type: "string",
      placeholder: "URL",
      summary: "Probe to ask, such as /healthz instead.",
      default: "http://127.0.0.1:8080/readyz",
    },
    timeout: { type: "string", placeholder: "SECONDS", summary: "How long to wait for the answer.", default: "3" },
  },
  run: async ({ url, timeout }, { print, signal }) => {
    const answer = await ask(probeUrl(url), AbortSignal.any([signal, AbortSignal.timeout(milliseconds(timeout))]));
    if (!answer.ok) throw new UsageError(`${url} answers ${answer.status}: ${answer.text}`, { exitCode: NOT_READY });
    print(`${answer.text}\n`);
  },
});

const NOT_READY = 1;

/** Of an answer that may be anybody's. */
const MOST_CHARACTERS = 4096;

function probeUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:") return url;
  throw new UsageError(`--url must be an http URL, such as http://127.0.0.1:8080/readyz, not '${text}'`);
}

function milliseconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new UsageError(`--timeout must be a number of seconds above 0, at most 3600, not '${text}'`);
}

async function ask(url: URL, signal: AbortSignal): Promise<{ ok: boolean; status: number; text: string }> {
  try {
    const response = await fetch(url, { signal, redirect: "manual" });
    const text = (await response.text()).trim().slice(0, MOST_CHARACTERS);
    return { ok: response.ok, status: response.status, text };
  } catch (error) {
    throw new UsageError(`${url.href} does not answer: ${reasonOf(error)}`, { cause: error, exitCode: NOT_READY });
  }
}

function reasonOf(error: unknown): string {
  const { cause = error } = error as Error;
  return cause instanceof Error ? cause.message : String(cause);
}
