import { join } from "node:path";
import { buildMissingFiles } from "../test/support/control-plane/build.ts";
import { readEnvironment } from "../test/support/control-plane/environment.ts";
import type { GoModule } from "../test/support/control-plane/modules.ts";
import { cachedFile } from "../test/support/control-plane/program-cache.ts";
import type { Command } from "./informer-peer.ts";

const MODULE: GoModule = {
  name: "client-go-informer",
  programs: { "client-go-informer": "." },
  linkedValues: () => ({}),
  directory: join(import.meta.dirname, "peers", "client-go-informer"),
};

/** The Go peer, built with Go when the cache of programs lacks it: a minute, the first time. */
export async function clientGoInformer(report: (line: string) => void, signal: AbortSignal): Promise<Command> {
  const environment = readEnvironment();
  await buildMissingFiles(MODULE, { environment, report, signal });
  return [cachedFile(environment.cacheDirectory, MODULE, "client-go-informer")];
}
