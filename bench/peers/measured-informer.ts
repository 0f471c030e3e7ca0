/** What an informer tells while it is measured. */
export interface Listener {
  readonly onAdded: () => void;
  readonly onUpdated: () => void;
}

/** A line of a peer's output; the second of each process is about the events. */
export interface Measurement {
  readonly milliseconds: number;
  readonly cpuMicroseconds: number;
  /** What the heap holds after a full collection beyond what it held before the start. */
  readonly heapBytes: number;
}

/**
 * Prints a line of JSON when the informer has told of all objects, and one when
 * it has told of all events.
 */
export async function measureInformer(start: (url: string, listener: Listener) => void): Promise<void> {
  const [url = "", objects, events] = process.argv.slice(2);
  const [allAdded, onAdded] = after(Number(objects));
  const [allUpdated, onUpdated] = after(Number(events));
  const idleBytes = heapInUse();
  await measure(idleBytes, () => {
    start(url, { onAdded, onUpdated });
    return allAdded;
  });
  await measure(idleBytes, () => allUpdated);
}

/** A promise that is kept with the given call of the function. */
function after(count: number): [Promise<void>, () => void] {
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  return [
    promise,
    () => {
      calls += 1;
      if (calls === count) resolve();
    },
  ];
}

async function measure(idleBytes: number, work: () => Promise<void>): Promise<void> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const measurement: Measurement = {
    milliseconds,
    cpuMicroseconds: user + system,
    heapBytes: heapInUse() - idleBytes,
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

/** Objects and what they hold outside of the heap, such as the bytes of buffers. */
function heapInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.(); // frees what the first has only finalized
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
