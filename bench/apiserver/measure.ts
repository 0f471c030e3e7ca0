import type { ControlPlaneClient } from "../../test/support/control-plane/client.ts";
import { type Load, post, send } from "../load.ts";
import { processMicroseconds } from "../process-time.ts";
import { quantile } from "../statistics.ts";
import { DRY_RUN } from "./dry-run.ts";
import type { Variant } from "./variants.ts";

/** What was measured while one variant was in force. */
export interface Measured {
  /** Milliseconds that a request waited. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requestsPerSecond: number;
  /** CPU time for each request, in microseconds. */
  readonly apiServerMicroseconds: number;
  /** Of the server behind the webhooks, for both reviews; 0 where there is none. */
  readonly webhookMicroseconds: number;
}

/** Sends the requests, of which so many wait for an answer at once. */
export async function measure(
  plane: ControlPlaneClient,
  { object, webhookProcessId }: Variant,
  connections: number,
  requests: number,
): Promise<Measured> {
  const { hostname, port } = new URL(plane.server);
  const load: Load = {
    server: {
      host: hostname,
      port: Number(port),
      ca: plane.certificateAuthority,
      cert: plane.administrator.certificate,
      key: plane.administrator.privateKey,
    },
    connections,
    messages: [post(DRY_RUN, Buffer.from(JSON.stringify(object)))],
    requests,
    status: 201,
  };
  const processes = [plane.processIds["kube-apiserver"], webhookProcessId];
  const before = await Promise.all(processes.map(microseconds));
  const started = performance.now();
  const latencies = await send(load);
  const seconds = (performance.now() - started) / 1000;
  const after = await Promise.all(processes.map(microseconds));
  const [apiServerMicroseconds = 0, webhookMicroseconds = 0] = after.map(
    (used, index) => (used - (before[index] ?? 0)) / requests,
  );
  return {
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    requestsPerSecond: requests / seconds,
    apiServerMicroseconds,
    webhookMicroseconds,
  };
}

async function microseconds(processId: number | undefined): Promise<number> {
  return processId === undefined ? 0 : processMicroseconds(processId);
}
