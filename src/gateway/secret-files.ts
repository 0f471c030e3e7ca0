import { createHash } from "node:crypto";
import { SECRET_KEYS } from "./identifiers.ts";

/** The files of the Secret that gateways mount, gathered while a configuration is written. */
export interface SecretFiles {
  /** Puts content into a file and says which. The same name and purpose give the same file. */
  readonly put: (name: string, purpose: SecretPurpose, content: string) => string;
  readonly files: Readonly<Record<string, string>>;
}

/** Last part of a file's name. None ends with another, so that no two names and purposes make one file. */
export type SecretPurpose = "credential" | "client-secret" | "ca.crt" | "integration";

export function secretFiles(): SecretFiles {
  const files: Record<string, string> = {};
  const put = (name: string, purpose: SecretPurpose, content: string) => {
    const file = `${shortened(SECRET_KEYS.of(name))}.${purpose}`;
    files[file] = content;
    return file;
  };
  return { put, files };
}

/** A name may be as long as a Secret's key, which leaves no room for a purpose. */
function shortened(identifier: string): string {
  if (identifier.length <= MAX_IDENTIFIER) return identifier;
  const digest = createHash("sha256").update(identifier).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${identifier.slice(0, MAX_IDENTIFIER - DIGEST_CHARACTERS - 1)}-${digest}`;
}

/** 253 characters of a Secret's key (Kubernetes, IsConfigMapKey), less the longest purpose and its dot. */
const MAX_IDENTIFIER = 239;

/** 128 bits, which nobody makes two names share. */
const DIGEST_CHARACTERS = 32;
