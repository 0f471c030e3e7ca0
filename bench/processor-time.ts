/** Time that the processor has spent on this thread: what else the machine does, and the collector's own threads, are not in it. */
export function processorMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
