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
    // Lists of hosts and models become expressions, which are longer than the 100 instructions that Envoy takes otherwise.
    layered_runtime: {
      layers: [{ name: "gatehouse", static_layer: { "re2.max_program_size.error_level": MOST_INSTRUCTIONS } }],
    },
    dynamic_resources: {
      cds_config: sourceOf(configDirectory, "cds.json"),
      lds_config: sourceOf(configDirectory, "lds.json"),
    },
  };
}

/** Of RE2. Their time is linear in what is read, whatever their length. */
const MOST_INSTRUCTIONS = 1_000_000;
