import type { Route } from "#api/kinds/route.ts";
import { routeKeysOf } from "#validate/route-keys.ts";
import type { Choice } from "./choice.ts";
import { pathOf } from "./route-match.ts";

/** The requests that routes have taken so far. Conditions are compared only where paths are equal. */
export class TakenRequests {
  readonly #byPath = new Map<string, Taken>();

  add(route: Route, choice: Choice<"route">): void {
    const known = this.#byPath.get(pathOf(route));
    if (known) known.added.push({ route, choice });
    else this.#byPath.set(pathOf(route), { keysOf: routeKeysOf(), holders: new Map(), added: [{ route, choice }] });
  }

  /** The route that has some request of another. */
  holderOf(route: Route): Choice<"route"> | undefined {
    const taken = this.#byPath.get(pathOf(route));
    if (!taken) return undefined;
    const { keysOf, holders, added } = taken;
    for (const each of added.splice(0)) for (const key of keysOf(each.route).collision) holders.set(key, each.choice);
    return keysOf(route)
      .collision.map((key) => holders.get(key))
      .find((holder) => holder !== undefined);
  }
}

interface Taken {
  readonly keysOf: ReturnType<typeof routeKeysOf>;
  readonly holders: Map<number, Choice<"route">>;
  /** Those whose keys nobody has asked for yet, as mostly nobody does. */
  readonly added: { readonly route: Route; readonly choice: Choice<"route"> }[];
}
