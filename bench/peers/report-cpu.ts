import type { PeerMessage } from "../peer-process.ts";

/** Tells the bench port and certificate, and the CPU time whenever it asks. */
export function reportTo(parent: NodeJS.Process, served: Pick<PeerMessage, "port" | "certificate">): void {
  const send = (message: PeerMessage): void => void parent.send?.(message);
  parent.on("message", () => {
    const { user, system } = parent.cpuUsage();
    send({ cpuMicroseconds: user + system });
  });
  parent.once("disconnect", () => parent.kill(parent.pid)); // the bench is gone
  send(served);
}
