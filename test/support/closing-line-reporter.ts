import type { Reporter, TestModule, TestRunEndReason } from "vitest/node";

/**
 * Ends a run with the plain line `N passed, N failed` (`, N skipped`), which
 * every CI can read without knowing Vitest. A module that could not even be
 * collected counts as one failure, and so does a run that failed before its tests.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    if (reason === "failed" && counts.failed === 0) counts.failed = 1;
    const skipped = counts.skipped + counts.pending;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${tail}\n`);
  }
}
