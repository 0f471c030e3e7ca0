import { SYSTEM_CLOCK, sleep } from "#kube/clock.ts";
import { type HandlerTarget, perform } from "./perform.ts";
import type { Probe } from "./pod.ts";
import { ProbeVerdict } from "./probe-verdict.ts";

export interface ProbeResult {
  readonly verdict: "passes" | "fails" | undefined;
  /** What was wrong this time. */
  readonly complaint: string | undefined;
}

/** Probes a container that has just started until the signal aborts: yields each result. */
export async function* probing(probe: Probe, target: HandlerTarget, signal: AbortSignal): AsyncGenerator<ProbeResult> {
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = probe;
  const verdict = new ProbeVerdict(probe);
  try {
    await sleep(SYSTEM_CLOCK, initialDelaySeconds * 1000, signal);
    while (!signal.aborted) {
      const complaint = await perform(probe, target, timeoutSeconds * 1000);
      if (signal.aborted) return;
      yield { verdict: verdict.add(complaint === undefined), complaint };
      await sleep(SYSTEM_CLOCK, periodSeconds * 1000, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
