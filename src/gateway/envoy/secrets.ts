import { createHash } from "node:crypto";
import type { SecretKey } from "#api/reference.ts";
import type { RenderContext } from "../rendering.ts";
import { type SecretPurpose, secretFiles } from "../secret-files.ts";
import { shortName } from "../short-name.ts";
import { typed } from "./typed.ts";

/** What Envoy takes from files of the Secret, gathered while the rest is written; answers how to refer to it. */
export interface SecretResources {
  /** A credential, as a header's value. */
  readonly credential: (model: string, content: string) => object;
  readonly clientSecret: (model: string, reference: SecretKey) => object;
  readonly authority: (model: string, reference: SecretKey) => object;
  readonly files: Readonly<Record<string, string>>;
}

export function secretResources(
  { hash, secret }: Pick<RenderContext, "hash" | "secret">,
  directory: string,
): SecretResources {
  const { put, files } = secretFiles();
  const resource = (model: string, purpose: SecretPurpose, content: object, edition = "") => {
    const name = `${purpose}.${shortName(model)}${edition}`;
    const resources = [typed("extensions.transport_sockets.tls.v3.Secret", { name, ...content })];
    // One file for each, since Envoy takes no more than one secret out of a file.
    const file = put(model, purpose, `${JSON.stringify({ version_info: hash, resources })}\n`);
    return { name, sds_config: sourceOf(directory, file) };
  };
  return {
    credential: (model, content) => resource(model, "credential", generic(content)),
    clientSecret: (model, reference) => resource(model, "client-secret", generic(secret(reference))),
    authority: (model, reference) => {
      const certificates = secret(reference);
      const context = { validation_context: { trusted_ca: { inline_string: certificates } } };
      return resource(model, "ca.crt", context, editionOf(certificates));
    },
    files,
  };
}

/**
 * Of certificates, which are no secret. With another name in it the cluster is another
 * one, or else connections stay that were made while other authorities were trusted.
 */
function editionOf(certificates: string): string {
  return `.${createHash("sha256").update(certificates).digest("hex").slice(0, EDITION_CHARACTERS)}`;
}

const EDITION_CHARACTERS = 16;

function generic(text: string): object {
  return { generic_secret: { secret: { inline_string: text } } };
}

/**
 * A file of a folder that the kubelet swaps as a whole. By the link that is swapped,
 * since the names of new files appear only after it.
 */
export function sourceOf(directory: string, file: string): object {
  return {
    resource_api_version: "V3",
    path_config_source: { path: `${directory}/..data/${file}`, watched_directory: { path: directory } },
  };
}
