import { createHash } from "node:crypto";
import { SECRET_KEYS } from "./identifiers.ts";

/** A name as it stands in a configuration, however often: short, and no other's. */
export function shortName(name: string): string {
  if (name.length <= MAX_SHORT && SECRET_KEYS.plain.test(name)) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${SECRET_KEYS.of(name).slice(0, MAX_SHORT - DIGEST_CHARACTERS - 1)}~${digest}`;
}

const MAX_SHORT = 63;

/** 128 bits, which nobody makes two names share. The tilde is in no plain name. */
const DIGEST_CHARACTERS = 32;
