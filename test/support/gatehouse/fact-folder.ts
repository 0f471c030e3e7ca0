import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../control-plane/poll.ts";

/** A folder of policies, approvals, classes and namespaces, for Gatehouses that are started with `--objects`. */
export interface FactFolder extends AsyncDisposable {
  readonly directory: string;
  /** From now on `write` waits for a Gatehouse, of which this is all that it has logged so far. */
  readonly readBy: (output: () => string) => void;
  /** Puts other facts in the place of those that are there and returns when they are in force. */
  readonly write: (facts: readonly object[]) => Promise<void>;
}

export async function makeFactFolder(): Promise<FactFolder> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-facts-"));
  const readers: (() => string)[] = [];
  let written = "";
  return {
    directory,
    readBy: (output) => void readers.push(output),
    write: async (facts) => {
      const text = facts.map((fact) => JSON.stringify(fact)).join("\n---\n");
      if (text === written) return;
      written = text;
      const before = readers.map(reloadsIn);
      const hidden = join(directory, ".facts.yaml"); // half a file is never read
      await writeFile(hidden, text);
      await rename(hidden, join(directory, "facts.yaml"));
      const areReloaded = () => readers.every((output, index) => reloadsIn(output) > (before[index] ?? 0));
      await poll("the facts are in force", () => Promise.resolve(areReloaded()));
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

function reloadsIn(output: () => string): number {
  return output().split('"msg":"objects reloaded"').length - 1;
}
