import { readdirSync } from "node:fs";

/** How many file descriptors this process holds, connections included. Linux only. */
export function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
