import type { Adapter } from "./adapter.ts";
import { SECRET_KEYS } from "./identifiers.ts";
import { renderJson } from "./json/render.ts";

/** The canonical document, which any gateway can mount: what becomes of it is that gateway's business. */
export const JSON_ADAPTER: Adapter = {
  name: "json",
  lacks: { model: [], route: [], policy: [], limit: [], integration: [] },
  identifiers: SECRET_KEYS,
  expansion: {
    isInescapable: () => false,
    takesVariable: () => true,
    variables: "anywhere",
  },
  // Defaults that are filled in take 300 bytes of a model and 150 of a route.
  footprint: { base: 1024, model: 512, route: 256, link: 32, try: 0, policy: 64, copies: 1 },
  render: renderJson,
};
