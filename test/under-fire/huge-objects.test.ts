import { afterAll, beforeAll, expect, test } from "vitest";
import type { AdmissionResponse, Status } from "#api/admission-review.ts";
import { FactIndex } from "#policy/fact-index.ts";
import { reviewMutation, reviewValidation } from "#review/admission.ts";
import { hugeReviews } from "../support/hostile/huge-reviews.ts";
import { KNOWN_MODELS } from "../support/known-models.ts";
import { FIXTURE_NOW } from "../support/review-fixture.ts";
import { REVIEW, StartedAdmissionServer } from "../support/started-admission-server.ts";

/**
 * Others wait as long as the event loop works: 250 ms at most, on a machine that is
 * idle otherwise. Measured is this thread's own work, the client's included, on
 * one that may be shared and whose code is cold, so that what is caught is a cost
 * which grows faster than the object does: that was ten seconds and more.
 */
const MOST_WORK_MILLISECONDS = 1000;

let started: StartedAdmissionServer;

beforeAll(async () => {
  started = await StartedAdmissionServer.start();
});

afterAll(() => started[Symbol.asyncDispose]());

test.each(hugeReviews)(
  "%s: a denial with field paths, a verdict or a 400, and others do not wait for it",
  async (_, body) => {
    const context = { lookup: new FactIndex(KNOWN_MODELS), now: FIXTURE_NOW };
    for (const [path, review] of [
      ["/mutate", reviewMutation],
      ["/validate", reviewValidation],
    ] as const) {
      started.review = (request) => review(request, context);
      const before = process.threadCpuUsage();
      const { code, body: answer } = await started.call(path, { body });
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(MOST_WORK_MILLISECONDS);
      expect(answer.length).toBeLessThan(64 * 1024);
      expect(["a 400", "a verdict", "a denial with field paths"]).toContain(answerIn(code, answer));
      expect((await started.call("/validate", { body: JSON.stringify(REVIEW) })).isReused).toBe(true);
    }
    expect(await started.metric("controller_runtime_webhook_panics_total")).toBe(0);
  },
);

/** What was answered; the whole answer where it is none of what may be. */
function answerIn(code: number, text: string): string {
  if (code === 400) return (JSON.parse(text) as Status).reason === "BadRequest" ? "a 400" : text;
  const { response } = JSON.parse(text) as { response?: AdmissionResponse };
  if (response?.uid !== "huge") return text;
  if (response.allowed) return "a verdict";
  const causes = response.status?.details?.causes ?? [];
  return causes.length > 0 && causes.every(({ field }) => field.startsWith("spec"))
    ? "a denial with field paths"
    : text;
}
