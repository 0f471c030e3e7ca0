import { setTimeout } from "node:timers/promises";
import { type Command, nodePeer, runPeer } from "./informer-peer.ts";
import type { InformerServer } from "./informer-server.ts";
import { post } from "./load.ts";
import { reviewBody, SMALL } from "./objects.ts";
import type { onFirstProcessor } from "./peer-process.ts";
import { type SteadyLoad, startSteadyLoad } from "./steady-load.ts";

/** Until the code is compiled. */
const WARM_UP_MILLISECONDS = 2000;

/**
 * How many milliseconds reviews take in a process that lists meanwhile, from the
 * first byte of the list until a handler has been told of its last object.
 */
export async function admissionBesideList(
  server: InformerServer,
  { objects, processors }: { readonly objects: number; readonly processors: typeof onFirstProcessor },
): Promise<readonly number[]> {
  server.listGate.close();
  let load: SteadyLoad | undefined;
  let latencies: readonly number[] = [];
  const command: Command = [...nodePeer("admission-beside-informer"), server.url, String(objects)];
  await runPeer(processors(command), async (line, end) => {
    if (load) {
      latencies = load.take();
      load.stop();
      end();
      return;
    }
    load = await startSteadyLoad({ host: "127.0.0.1", port: Number(line), rejectUnauthorized: false }, MESSAGES);
    await setTimeout(WARM_UP_MILLISECONDS);
    load.take();
    server.listGate.open();
  });
  return latencies;
}

const BODY = Buffer.from(reviewBody(SMALL));
const MESSAGES = [post("/mutate?timeout=10s", BODY), post("/validate?timeout=10s", BODY)];
