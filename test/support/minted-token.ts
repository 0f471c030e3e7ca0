import { createPrivateKey, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControlPlaneClient } from "./control-plane/client.ts";

export interface TokenOwner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * A token as the API server's TokenRequest gives to Pods, signed with its key,
 * for a life of seconds where a request gets ten minutes at least.
 */
export async function mintToken(plane: ControlPlaneClient, owner: TokenOwner, seconds: number): Promise<string> {
  const { namespace, name, uid } = owner;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: [ISSUER],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: now - LEEWAY_SECONDS,
    nbf: now - LEEWAY_SECONDS,
    exp: now - LEEWAY_SECONDS + seconds,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
  };
  const text = `${encoded({ alg: "ES256", typ: "JWT" })}.${encoded(claims)}`;
  const key = createPrivateKey(await readFile(join(plane.directory, "keys", "service-account.key")));
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

const ISSUER = "https://kubernetes.default.svc";

/** For so long the API server takes a token that has expired, since clocks differ. */
const LEEWAY_SECONDS = 60;

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
