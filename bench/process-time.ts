import { readFile } from "node:fs/promises";

/** User and system time that a process has used so far, in microseconds. Linux only, in steps of 10 ms. */
export async function processMicroseconds(processId: number): Promise<number> {
  const stat = await readFile(`/proc/${processId}/stat`, "utf8");
  // After the program's name, which may hold anything but ends with the last parenthesis, come 11 fields before the two.
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13); // proc_pid_stat(5)
  return (Number(user) + Number(system)) * TICK_MICROSECONDS;
}

/** The kernel's unit towards programs, 1/100 s on every machine that runs Node. */
const TICK_MICROSECONDS = 10_000;

/** Memory that a process has, in mebibytes. Linux only. */
export async function residentMebibytes(processId: number): Promise<number> {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${processId}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}
