import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import type { GatehousePod } from "./deployment.ts";

/** What a server shows to whoever connects now. */
export async function shownBy({ admission }: GatehousePod): Promise<X509Certificate> {
  const { hostname: host, port } = new URL(admission);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (!certificate) throw new Error(`${host} shows no certificate`);
  return certificate;
}

/** How long what a server shows is valid, by its own metric; negative when it has ended. */
export function expirySeconds(pod: GatehousePod): Promise<number> {
  return figure(pod, "gatehouse_certificate_expiry_seconds");
}

/** How often a server could not take up what it has read. */
export function failedReads(pod: GatehousePod): Promise<number> {
  return figure(pod, "certwatcher_read_certificate_errors_total");
}

async function figure({ plain }: GatehousePod, metric: string): Promise<number> {
  const text = await (await fetch(`${plain}/metrics`)).text();
  return Number(new RegExp(`^${metric} (\\S+)$`, "m").exec(text)?.[1]);
}
