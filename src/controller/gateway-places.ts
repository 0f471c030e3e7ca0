import { Buckets } from "#policy/buckets.ts";

/** What an AIGatewayConfig lays claim to. */
export interface Claim {
  /** RFC 3339; the oldest has a place. */
  readonly createdAt: string;
  readonly places: readonly string[];
}

/**
 * Who has a place that configurations are delivered to: of several AIGatewayConfigs
 * with the same one the oldest, and of those the first by namespace and name.
 */
export class GatewayPlaces {
  readonly #claims = new Map<string, Claim>();
  readonly #claimants = new Buckets<string>();

  /** What a gateway, `namespace/name`, claims from now on; answers the others for whom that may make a difference. */
  set(gateway: string, claim: Claim | undefined): Iterable<string> {
    const before = this.#claims.get(gateway);
    const others = new Set<string>();
    for (const place of before?.places ?? []) {
      this.#claimants.delete(place, gateway);
      for (const other of this.#claimants.get(place) ?? []) others.add(other);
    }
    for (const place of claim?.places ?? []) {
      for (const other of this.#claimants.get(place) ?? []) others.add(other);
      this.#claimants.add(place, gateway);
    }
    if (claim) this.#claims.set(gateway, claim);
    else this.#claims.delete(gateway);
    others.delete(gateway);
    return others;
  }

  /** Who has a place that the gateway claims too; undefined where it has all of them itself. */
  takenBy(gateway: string): string | undefined {
    for (const place of this.#claims.get(gateway)?.places ?? []) {
      let holder = gateway;
      for (const other of this.#claimants.get(place) ?? []) if (this.#isBefore(other, holder)) holder = other;
      if (holder !== gateway) return holder;
    }
    return undefined;
  }

  /** All that claim a place, whoever has it. */
  claimantsOf(place: string): Iterable<string> {
    return this.#claimants.get(place) ?? [];
  }

  #isBefore(one: string, other: string): boolean {
    const [a = "", b = ""] = [one, other].map((gateway) => this.#claims.get(gateway)?.createdAt);
    return a === b ? one < other : a < b;
  }
}
