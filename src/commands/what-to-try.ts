import { join, relative } from "node:path";
import { hostAndPort, type ListenOptions } from "#server/listen.ts";
import { EXAMPLES } from "./serve-settings.ts";

/** What a standalone server tells once it is ready. */
export function whatToTry(objects: string, admission: ListenOptions, plain: ListenOptions): string {
  const https = `https://${hostAndPort(admission.host, admission.port)}`;
  const http = `http://${hostAndPort(plain.host, plain.port)}`;
  return `Gatehouse is ready, standalone. Policies come from ${shown(objects)} and are read again when a file changes.

  admission  ${https}/mutate and ${https}/validate
  page       ${http}/

Try:

  curl --silent --data-binary @${example("bad-config.yaml")} ${http}/v1/validate
  curl --silent --insecure --json @${example("review.json")} ${https}/validate

Ctrl-C ends it.
`;
}

function example(file: string): string {
  return shown(join(EXAMPLES, file));
}

/** Relative where that is shorter to read. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("../..") ? path : fromHere;
}
