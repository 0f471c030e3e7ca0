import { expect, test } from "vitest";
import type { Client } from "#kube/client.ts";
import { KubernetesError } from "#kube/kubernetes-error.ts";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { seeInstallation } from "./see-installation.ts";

const DENIED = new KubernetesError('admission webhook "verdict.gateway.example.com" denied the request: bad', {
  code: 422,
  reason: "Invalid",
});
const BUSY = new KubernetesError("busy", { code: 500, reason: "InternalError" });

/** Ten seconds for an installation that denies after six of them, and then gives no list of classes. */
function seen({ classOf }: { classOf: string | undefined }) {
  const clock = new ManualClock();
  const begin = clock.now();
  const said: string[] = [];
  const create = () => Promise.reject(clock.now() - begin < 6000 ? BUSY : DENIED);
  const client = { create, list: () => Promise.reject(BUSY) } as unknown as Pick<Client, "create" | "list">;
  const done = seeInstallation({
    client,
    clock,
    seconds: 10,
    namespace: "shop",
    classOf,
    signal: new AbortController().signal,
    say: (sentence) => said.push(sentence),
    failure: (sentence) => new Error(sentence),
  });
  return { clock, said, done };
}

test("ends with the denial where no class is asked for", async () => {
  const { clock, said, done } = seen({ classOf: undefined });
  await Promise.all([done, clock.pass(6000)]);
  expect(said).toEqual([
    "not denied yet: the API server refused it by itself: busy",
    "a bad AIGatewayConfig is denied: bad",
  ]);
});

test("has one time for the denial and the default class together", async () => {
  const { clock, done } = seen({ classOf: "gateway.example.com/gatehouse" });
  let outcome = "still trying";
  done.catch((error: unknown) => (outcome = String(error)));
  await clock.pass(10_000);
  expect(outcome).toBe("Error: the default AIGatewayClass could not be made within 10 s: busy");
});
