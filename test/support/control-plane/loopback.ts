import { createServer, type Server } from "node:net";
import { ControlPlaneUnavailable } from "./unavailable.ts";

/**
 * One control plane's share of 127.0.0.0/8, which Linux owns as a whole without
 * configuration. Disposing gives it back.
 */
export interface LoopbackShare extends AsyncDisposable {
  /** Addresses of Services, 127.244.N.0/24; .1 is the API server's own Service. */
  readonly serviceRange: string;
  readonly apiServerService: string;
  /** Addresses free for Pods, 127.245.N.0/24. */
  readonly podRange: string;
  /** The control plane itself listens here, 127.246.N.1, so nobody else's connections take its ports. */
  readonly address: string;
}

/**
 * Takes the first share that no other control plane on this machine has. The
 * lock is a listening socket on the range's broadcast address, which no Service
 * gets: the kernel lets go of it when its process ends, however it ends.
 */
export async function reserveLoopbackShare(): Promise<LoopbackShare> {
  for (let share = 0; share <= 255; share += 1) {
    const lock = await tryListen(`127.244.${share}.255`, lockPort);
    if (lock === undefined) continue;
    return {
      serviceRange: `127.244.${share}.0/24`,
      apiServerService: `127.244.${share}.1`,
      podRange: `127.245.${share}.0/24`,
      address: `127.246.${share}.1`,
      [Symbol.asyncDispose]: () => close(lock),
    };
  }
  throw new ControlPlaneUnavailable(`port ${lockPort} is taken on each of 127.244.0.255 to 127.244.255.255.`);
}

/** A port that is free on this address at this moment. */
export async function findFreePort(address: string): Promise<number> {
  const server = await tryListen(address, 0);
  const bound = server?.address();
  if (server === undefined || typeof bound !== "object" || bound === null)
    throw new Error(`no free port on ${address}`);
  await close(server);
  return bound.port;
}

/** Any fixed port above 1024 does; this one reminds of the range. */
const lockPort = 24_400;

async function tryListen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else if (error.code === "EADDRNOTAVAIL") reject(new ControlPlaneUnavailable(notLinux, { cause: error }));
      else reject(error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

const notLinux = "Services get addresses in 127.0.0.0/8, which only Linux answers as a whole.";

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
