import { mkdir, rmdir, stat, utimes } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Takes turns with other processes by a directory that its holder touches
 * while it works. It only saves work: that a half-built program is never seen
 * is the rename's doing, so a turn taken twice by mistake costs time, no more.
 */
export async function takeTurn(path: string, onWait: () => void, signal: AbortSignal): Promise<AsyncDisposable> {
  while (!(await tryMakeDirectory(path))) {
    if (await isAbandoned(path)) await rmdir(path).catch(ignore);
    else {
      onWait();
      await pause(retryMilliseconds, undefined, { signal });
    }
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(ignore), heartbeatMilliseconds);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(heartbeat);
      await rmdir(path).catch(ignore);
    },
  };
}

const heartbeatMilliseconds = 2_000;
const retryMilliseconds = 500;
/** Ten missed heartbeats: no busy machine delays a timer by that much. */
const abandonedMilliseconds = 20_000;

async function tryMakeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const touched = await stat(path).catch(ignore);
  return touched !== undefined && Date.now() - touched.mtimeMs > abandonedMilliseconds;
}

/** Someone else removed it first, which is as good. */
function ignore(): undefined {
  return undefined;
}
