import { Script } from "node:vm";
import { pino } from "pino";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { AdmissionResponse } from "#api/admission-review.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { judgeReview, observeReview, type Webhook } from "#server/admission-review.ts";
import { type HostileReview, hostileReview } from "../support/hostile/hostile-review.ts";
import { reviewCorpus } from "../support/hostile/review-corpus.ts";
import { SeededRandom } from "../support/hostile/seeded-random.ts";
import { FIXTURE_NOW } from "../support/review-fixture.ts";

// oxlint-disable-next-line node/no-process-env -- to see a run again
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 32);
const REVIEWS = 100_000;
/** Reviews that one watchdog stands over; to start one costs as much as a review. */
const BATCH = 100;
/** A batch takes some ten milliseconds; one that takes that long hangs. */
const HANG_MILLISECONDS = 30_000;

test("a hundred thousand hostile reviews are all answered, with their uid, and leave no trace", {
  timeout: 600_000,
}, () => {
  report(`fuzz: seed ${seed}; FUZZ_SEED=${seed} repeats the run`);
  const world = fuzzedWorld();
  const before = prototypes();
  let current = 0;
  for (let first = 0; first < REVIEWS; first += BATCH) {
    const described = () => `review ${current} of seed ${seed}`;
    guarded(described, () => {
      for (current = first; current < first + BATCH; current += 1) {
        const random = new SeededRandom(seed + current);
        const review = hostileReview(world.texts, random);
        const fault = world.faultOf(review, random.oneOf(world.webhooks));
        if (fault !== undefined) throw new Error(`${described()}: ${fault}\n${review.body.toString().slice(0, 4000)}`);
      }
    });
    const after = prototypes();
    const isUnchanged = after.length === before.length && after.every((each, index) => Object.is(each, before[index]));
    if (!isUnchanged) throw new Error(`${described()}, or one of the ${BATCH} before, changed a prototype`);
  }
  expect(world.answers.allowed).toBeGreaterThan(REVIEWS / 20);
  report(`fuzz: ${JSON.stringify(world.answers)}`);
});

/** Not the console, which reporters may keep to themselves when a test passes. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fuzzedWorld() {
  const { texts, lookup } = reviewCorpus(seed);
  const context = { lookup, now: FIXTURE_NOW };
  const lines: string[] = [];
  const observers = {
    metrics: new AdmissionMetrics(new Registry(), ["AIGatewayConfig"]),
    logger: pino({ level: "error" }, { write: (line) => void lines.push(line) }),
  };
  const webhooks: readonly Webhook[] = [
    { path: "/mutate", mayPatch: true, review: (request) => reviewMutation(request, context) },
    { path: "/validate", mayPatch: false, review: (request) => reviewValidation(request, context) },
  ];
  const answers = { allowed: 0, denied: 0, patched: 0, undecodable: 0 };
  /** What is wrong with the answer to a review, if anything. */
  function faultOf({ body, isReview }: HostileReview, webhook: Webhook): string | undefined {
    const judged = judgeReview(body, webhook);
    if (!("undecodable" in judged)) observeReview(judged, webhook, observers);
    if (observers.metrics.panics.value > 0) return `it threw: ${lines.join("")}`;
    if ("undecodable" in judged) {
      answers.undecodable += 1;
      return isReview || judged.undecodable === "" ? `it was no review: ${judged.undecodable}` : undefined;
    }
    const { response } = JSON.parse(judged.answer) as { response: AdmissionResponse };
    const { request } = JSON.parse(body.toString()) as { request: { uid: string } };
    if (response.uid !== request.uid) return `it has uid ${request.uid}, its answer ${response.uid}`;
    if (response.allowed) answers.allowed += 1;
    else answers.denied += 1;
    if ("patch" in response) answers.patched += 1;
    return answerFault(response, webhook);
  }
  return { texts, webhooks, answers, faultOf };
}

function answerFault(response: AdmissionResponse, { mayPatch }: Webhook): string | undefined {
  const { allowed, status, patch, patchType } = response;
  if (allowed ? status !== undefined : !(status && [400, 422].includes(status.code))) return `status ${status?.code}`;
  if ((patch === undefined) !== (patchType === undefined)) return "half a patch";
  return patch !== undefined && !(mayPatch && allowed) ? "a patch where none may be" : undefined;
}

/** Runs a synchronous function and ends it, as a failure, when it does not end itself. */
function guarded(described: () => string, run: () => void): void {
  try {
    Object.assign(globalThis, { run });
    new Script("run()").runInThisContext({ timeout: HANG_MILLISECONDS });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new Error(`${described()} hangs`, { cause: error });
    }
    throw error;
  }
}

/** Everything that hangs from the prototypes of plain values: names, and what stands under them. */
function prototypes(): readonly unknown[] {
  return [Object, Array, String, Number, Boolean, Function, Map, Set, Promise, RegExp, Error].flatMap(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, property]) => [
      name,
      ...(Object.values(property) as unknown[]),
    ]),
  );
}
