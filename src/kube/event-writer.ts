import type { Logger } from "#observability/logger.ts";
import type { Client } from "./client.ts";
import { type Clock, sleep } from "./clock.ts";
import { EVENTS, type EventObject } from "./event-object.ts";
import {
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  isUnreachable,
  KubernetesError,
} from "./kubernetes-error.ts";

export type EventClient = Pick<Client, "create" | "patch">;

export interface EventWriterOptions {
  readonly client: EventClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * Writes an event, or the new count of its series, with patience for an API
 * server that is away: 12 tries, 10 s apart, the first pause random so that not
 * all processes come back at once. What the server refuses is given up.
 * Returns whether it is written; throws only when its signal aborts.
 */
export async function writeEvent(
  event: EventObject,
  { client, clock, logger, random }: EventWriterOptions,
  signal: AbortSignal,
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      await write(event, client, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthAnotherTry(error) || tries === MOST_TRIES) {
        const { reason, regarding } = event;
        const details = { err: error, reason, regarding: regarding.name, tries };
        // There is nobody left to read it, and nothing that anybody could do about it.
        if (isNamespaceTerminating(error)) logger.debug(details, "no events of a namespace that is being deleted");
        else logger.warn(details, "cannot write an event");
        return false;
      }
    }
    await sleep(clock, tries === 1 ? random() * PAUSE_MILLISECONDS : PAUSE_MILLISECONDS, signal);
  }
}

async function write(event: EventObject, client: EventClient, signal: AbortSignal): Promise<void> {
  const options = { signal, timeoutMilliseconds: REQUEST_MILLISECONDS };
  const { series, metadata } = event;
  if (series) {
    try {
      await client.patch(EVENTS, namespaced(metadata), { kind: "merge", document: { series } }, options);
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error; // the API server forgets events after an hour
    }
  }
  try {
    await client.create(EVENTS, event, options);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error; // an earlier try landed, and its answer was lost
  }
}

function namespaced({ name, namespace = "default" }: EventObject["metadata"]): { name: string; namespace: string } {
  return { name, namespace };
}

/** As client-go, and also what the server itself calls passing: it is overloaded or broken. */
function isWorthAnotherTry(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  return error instanceof KubernetesError && (error.code === 429 || error.code >= 500);
}

const MOST_TRIES = 12;

const PAUSE_MILLISECONDS = 10_000;

/** Events are of little worth: one that hangs must not hold up the others for a minute. */
const REQUEST_MILLISECONDS = 10_000;
