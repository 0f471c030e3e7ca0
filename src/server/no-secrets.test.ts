import fc from "fast-check";
import { pino } from "pino";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { AdmissionRequest, AdmissionResponse } from "#api/admission-review.ts";
import type { KubernetesObject } from "#api/object-meta.ts";
import { AdmissionMetrics } from "#observability/admission-metrics.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { anyConfig, factObjects } from "../../test/support/arbitrary-objects.ts";
import { configWith, NOW } from "../../test/support/facts.ts";
import { requestFor, reviewFixtures } from "../../test/support/review-fixture.ts";
import { judgeReview, observeReview, type Webhook } from "./admission-review.ts";

/** Put together here, so that no scanner of repositories takes it for a real one. */
const KEY = ["sk", "proj", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4"].join("-");

const CALLER = {
  userInfo: {
    username: "system:serviceaccount:team-a:deployer",
    groups: ["system:authenticated"],
    extra: { a: ["b"] },
  },
  requestKind: { group: "gateway.example.com", version: "v1", kind: "AIGatewayConfig" },
  options: { fieldManager: "kubectl" },
};

test("a key that was pasted into any text of a review is in nothing that the server says", async () => {
  const server = new Spoken();
  reviewFixtures().forEach(({ facts, object, old }, number) => {
    const lookup = indexOf(facts);
    const copies = Array.from(spoiledCopies(requestFor(annotated(object), old && annotated(old))));
    // Cases have most fields in common, so a third of each is enough for all.
    for (let index = number % 3; index < copies.length; index += 3) {
      expect(server.wordsAbout(copies[index] ?? "", lookup)).not.toContain(KEY);
    }
  });
  expect(server.masked).toBeGreaterThan(100); // a search that found nothing to hide must be red
  expect(await server.metrics()).not.toContain(KEY);
});

test("nor one in any text of any object, or of the one before it", async () => {
  const server = new Spoken();
  const objects = fc.record({ object: anyConfig, oldObject: fc.option(anyConfig) });
  fc.assert(
    fc.property(factObjects, objects, fc.nat(), (facts, { object, oldObject }, choice) => {
      const operation = oldObject === null ? "CREATE" : "UPDATE";
      const copies = Array.from(
        spoiledCopies({ ...requestFor(configWith(), undefined), operation, object, oldObject }),
      );
      const spoiled = copies[choice % copies.length] ?? "";
      expect(server.wordsAbout(spoiled, indexOf(facts))).not.toContain(KEY);
    }),
    { numRuns: 100 },
  );
  expect(await server.metrics()).not.toContain(KEY);
});

test("nor what a review throws, however its message is laid out", () => {
  const server = new Spoken(() => {
    throw new Error(`of\n    at ${KEY}\n${KEY}`);
  });
  const words = server.wordsAbout(JSON.stringify(requestFor(reviewFixtures()[0]?.object, undefined)), indexOf([]));
  expect(words).not.toContain(KEY);
  expect(words).toContain("no-secrets.test.ts"); // the place is told all the same
});

/** A server without its socket, and all that it lets out. */
class Spoken {
  masked = 0;
  readonly #registry = new Registry();
  readonly #observers;
  readonly #review: Webhook["review"] | undefined;
  #lines = "";

  constructor(review?: Webhook["review"]) {
    const logger = pino({ level: "trace" }, { write: (line) => void (this.#lines += line) });
    this.#observers = { metrics: new AdmissionMetrics(this.#registry, ["AIGatewayConfig"]), logger };
    this.#review = review;
  }

  /** The answers of both webhooks and the log lines, but for the uid, which an answer must echo. */
  wordsAbout(request: string, lookup: FactIndex): string {
    const context = { lookup, now: NOW };
    this.#lines = "";
    const webhooks: readonly Webhook[] = [
      { path: "/mutate", mayPatch: true, review: this.#review ?? ((each) => reviewMutation(each, context)) },
      { path: "/validate", mayPatch: false, review: this.#review ?? ((each) => reviewValidation(each, context)) },
    ];
    const body = Buffer.from(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":${request}}`);
    const answers = webhooks.map((webhook) => this.#answerOf(body, webhook));
    const words = answers.join("\n") + this.#lines;
    if (words.includes("***")) this.masked += 1;
    return words;
  }

  metrics(): Promise<string> {
    return this.#registry.metrics();
  }

  #answerOf(body: Buffer, webhook: Webhook): string {
    const judged = judgeReview(body, webhook);
    if ("undecodable" in judged) return judged.undecodable;
    observeReview(judged, webhook, this.#observers);
    const { response } = JSON.parse(judged.answer) as { response: AdmissionResponse };
    const patch = Buffer.from(response.patch ?? "", "base64").toString();
    return JSON.stringify({ ...response, uid: "echoed", patch });
  }
}

function indexOf(facts: readonly KubernetesObject[]): FactIndex {
  const index = new FactIndex();
  index.replace(facts);
  return index;
}

function annotated<T extends { readonly metadata: object }>(object: T): T {
  const { metadata } = object;
  return { ...object, metadata: { annotations: { note: "x" }, labels: { owner: "y" }, uid: "z", ...metadata } };
}

/** The request with the key in the place of each of its texts, one at a time, be it a value or a field's name. */
function* spoiledCopies(request: AdmissionRequest): Generator<string> {
  const whole = JSON.stringify({ ...request, ...CALLER });
  const texts = whole.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  for (const text of new Set(texts)) yield whole.replaceAll(text, JSON.stringify(KEY));
}
