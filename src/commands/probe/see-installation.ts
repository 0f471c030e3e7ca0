import type { Client } from "#kube/client.ts";
import type { Clock } from "#kube/clock.ts";
import { type Attempt, untilDone } from "../until-done.ts";
import { askForDenial } from "./ask-for-denial.ts";
import { ensureDefaultClass } from "./default-class.ts";

export interface Seeing {
  readonly client: Pick<Client, "create" | "list">;
  readonly clock: Clock;
  /** For all of it together: whoever waits for the command knows one time. */
  readonly seconds: number;
  readonly namespace: string;
  /** Of the class that is made where there is no default; without it none is. */
  readonly classOf: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
  readonly failure: (sentence: string) => Error;
}

/** Waits until a bad object is denied, and then sees that there is a default class. */
export async function seeInstallation(seeing: Seeing): Promise<void> {
  const { client, clock, seconds, namespace, classOf, signal, say, failure } = seeing;
  const end = clock.now() + seconds * 1000;
  const take = (attempt: (signal: AbortSignal) => Promise<Attempt<string>>, notYet: string, never: string) =>
    untilDone(attempt, {
      clock,
      milliseconds: Math.max(0, end - clock.now()),
      signal,
      say: (obstacle) => say(`${notYet}: ${obstacle}`),
      giveUp: (obstacle) => failure(`${never} within ${seconds} s: ${obstacle}`),
    });
  const denial = await take(
    (signal) => askForDenial(client, namespace, signal),
    "not denied yet",
    "a bad AIGatewayConfig was not denied",
  );
  say(`a bad AIGatewayConfig is denied: ${denial}`);
  if (classOf === undefined) return;
  const outcome = await take(
    (signal) => ensureDefaultClass(client, classOf, signal),
    "no default class yet",
    "the default AIGatewayClass could not be made",
  );
  say(outcome);
}
