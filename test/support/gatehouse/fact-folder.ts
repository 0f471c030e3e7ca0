import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../control-plane/poll.ts";

/** A folder of policies, approvals, classes and namespaces, for Gatehouses that are started with `--objects`. */
export interface FactFolder extends AsyncDisposable {
  readonly directory: string;
  /** From now on `write` waits for Gatehouses, of which this is all that each has logged so far. */
  readonly readBy: (outputs: () => readonly string[]) => void;
  /** Puts other facts in the place of those that are there and returns when they are in force. */
  readonly write: (facts: readonly object[]) => Promise<void>;
}

export async function makeFactFolder(): Promise<FactFolder> {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-facts-"));
  await chmod(directory, 0o755); // a container's user is another
  const readers: (() => readonly string[])[] = [];
  let written = "";
  return {
    directory,
    readBy: (outputs) => void readers.push(outputs),
    write: async (facts) => {
      const text = facts.map((fact) => JSON.stringify(fact)).join("\n---\n");
      if (text === written) return;
      written = text;
      const before = reloads(readers);
      const hidden = join(directory, ".facts.yaml"); // half a file is never read
      await writeFile(hidden, text);
      await rename(hidden, join(directory, "facts.yaml"));
      await poll("the facts are in force", async () =>
        reloads(readers).every((count, index) => count > (before[index] ?? 0)),
      );
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** How often each Gatehouse has read the folder again. */
function reloads(readers: readonly (() => readonly string[])[]): readonly number[] {
  return readers.flatMap((outputs) => outputs().map(reloadsIn));
}

function reloadsIn(output: string): number {
  return output.split('"msg":"objects reloaded"').length - 1;
}
