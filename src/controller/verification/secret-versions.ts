import type { Rendered } from "#gateway/rendering.ts";

/** Of the files that Envoy takes secrets from: the version of each secret, by its name. */
export function secretVersions({ files, secrets }: Rendered): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const text of [...Object.values(secrets), ...Object.values(files)]) {
    if (!text.includes(SECRET_TYPE)) continue;
    const { version_info: version, resources } = JSON.parse(text) as DiscoveryResponse;
    for (const resource of resources) if (resource["@type"] === SECRET_TYPE) versions.set(resource.name, version);
  }
  return versions;
}

const SECRET_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

interface DiscoveryResponse {
  readonly version_info: string;
  readonly resources: readonly { readonly "@type": string; readonly name: string }[];
}
