#!/usr/bin/env node
import { constants } from "node:os";
import { runCommandLine } from "#commands/run-command-line.ts";
import { readConfig } from "#config";

/** Exit code of a fault in the program itself. */
const BUG = 1;

/** What shells add to a signal's number, so that 143 is SIGTERM. */
const ENDED_BY_SIGNAL = 128;

const stop = new AbortController();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // oxlint-disable-next-line unicorn/no-process-exit -- whoever asks twice does not want to wait
    if (stop.signal.aborted) process.exit(ENDED_BY_SIGNAL + constants.signals[signal]);
    stop.abort();
  });
}

// `gatehouse crds | head` ends reading before we end writing.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.on("uncaughtException", (error) => {
  process.stderr.write(`${JSON.stringify({ level: "fatal", message: "bug", fault: error.stack ?? String(error) })}\n`);
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing is known of the state any more
  process.exit(BUG);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  config: readConfig(),
  signal: stop.signal,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
