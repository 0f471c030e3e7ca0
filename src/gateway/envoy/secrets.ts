import type { SecretKey } from "#api/reference.ts";
import type { RenderContext } from "../rendering.ts";
import { shortName } from "../short-name.ts";
import { typed } from "./typed.ts";

/** What Envoy takes from the file `sds.json` of the Secret, gathered while the rest is written. */
export interface SecretResources {
  /** A credential, as a header's value; answers how to refer to it. */
  readonly credential: (model: string, content: string) => object;
  readonly clientSecret: (model: string, reference: SecretKey) => object;
  readonly authority: (model: string, reference: SecretKey) => object;
  /** The file. */
  readonly resources: () => readonly object[];
}

export function secretResources(secret: RenderContext["secret"], directory: string): SecretResources {
  const resources = new Map<string, object>();
  const put = (name: string, content: object) => {
    resources.set(name, typed("extensions.transport_sockets.tls.v3.Secret", { name, ...content }));
    return { name, sds_config: sourceOf(directory, "sds.json") };
  };
  return {
    credential: (model, content) => put(`credential.${shortName(model)}`, generic(content)),
    clientSecret: (model, reference) => put(`client-secret.${shortName(model)}`, generic(secret(reference))),
    authority: (model, reference) =>
      put(`authority.${shortName(model)}`, {
        validation_context: { trusted_ca: { inline_string: secret(reference) } },
      }),
    resources: () => [...resources.values()],
  };
}

function generic(text: string): object {
  return { generic_secret: { secret: { inline_string: text } } };
}

/** A file of a folder that the kubelet swaps as a whole. */
export function sourceOf(directory: string, file: string): object {
  return {
    resource_api_version: "V3",
    path_config_source: { path: `${directory}/${file}`, watched_directory: { path: directory } },
  };
}
