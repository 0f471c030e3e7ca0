import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "#commands/run-command-line.ts";
import type { DocumentReport } from "#server/validate-text.ts";

/** What `gatehouse validate` says of an object under the policies in a directory, or else under those that are built in. */
export async function commandLineReport(object: unknown, policies: string | undefined): Promise<DocumentReport> {
  await using directory = await mkdtempDisposable(join(tmpdir(), "gatehouse-validate-"));
  const file = join(directory.path, "object.json");
  await writeFile(file, JSON.stringify(object));
  // Without --policy what is judged would be among the policies that it is judged under.
  const none = join(directory.path, "none.json");
  await writeFile(none, JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "nobody" } }));
  let printed = "";
  let complained = "";
  await runCommandLine(["validate", "--output", "json", "--policy", policies ?? none, file], {
    config: { logLevel: undefined, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined },
    signal: new AbortController().signal,
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  const { documents } = JSON.parse(printed || "{}") as { documents?: readonly DocumentReport[] };
  const [report] = documents ?? [];
  if (!report) throw new Error(`no verdict: ${complained}`);
  return report;
}
