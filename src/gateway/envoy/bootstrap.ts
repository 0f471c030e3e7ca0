import { sourceOf } from "./secrets.ts";
import { socketAddress } from "./socket-address.ts";
import { typed } from "./typed.ts";

/** What Envoy is started with; all else it reads from files that may change. */
export function bootstrapOf(configDirectory: string, adminListen: string): object {
  return {
    node: { id: "gateway", cluster: "gateway" },
    admin: { address: socketAddress(adminListen, 9901) },
    bootstrap_extensions: [
      {
        name: "envoy.bootstrap.internal_listener",
        typed_config: typed("extensions.bootstrap.internal_listener.v3.InternalListener"),
      },
    ],
    dynamic_resources: {
      cds_config: sourceOf(configDirectory, "cds.json"),
      lds_config: sourceOf(configDirectory, "lds.json"),
    },
  };
}
