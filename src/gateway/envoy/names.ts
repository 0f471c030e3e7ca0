import { shortName } from "../short-name.ts";

/** Within the same Envoy, where what is a model's own is done: its limits, its credential, its address. */
export function modelListener(model: string): string {
  return `model ${shortName(model)}`;
}

export function upstreamCluster(model: string): string {
  return `upstream ${shortName(model)}`;
}

export function tokenCluster(model: string): string {
  return `tokens ${shortName(model)}`;
}
