import { microTime } from "./micro-time.ts";
import type { Resource, ResourceType } from "./resource.ts";

export const LEASES: ResourceType = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

export interface Lease extends Resource {
  readonly spec?: LeaseSpec;
}

/** The record of an election. The times are for people; nobody's clock is compared with them. */
export interface LeaseSpec {
  /** Empty after a release. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** What a candidate wants the record to say. */
export interface Claim {
  readonly identity: string;
  readonly leaseSeconds: number;
  readonly now: Date;
}

/** The first record of all. */
export function firstSpec({ identity, leaseSeconds, now }: Claim): LeaseSpec {
  const time = microTime(now);
  return {
    holderIdentity: identity,
    leaseDurationSeconds: leaseSeconds,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: 0,
  };
}

/** A renewal of one's own record keeps when and how often it changed hands; a take-over does not. */
export function claimedSpec(old: LeaseSpec, claim: Claim): LeaseSpec {
  const renewed = {
    ...old,
    holderIdentity: claim.identity,
    leaseDurationSeconds: claim.leaseSeconds,
    renewTime: microTime(claim.now),
  };
  if (old.holderIdentity === claim.identity) return renewed;
  return { ...renewed, acquireTime: renewed.renewTime, leaseTransitions: (old.leaseTransitions ?? 0) + 1 };
}

/** Nobody's, as client-go leaves it behind: whoever sees it may take it at once. */
export function releasedSpec(old: LeaseSpec, now: Date): LeaseSpec {
  const time = microTime(now);
  return { ...old, holderIdentity: "", leaseDurationSeconds: 1, acquireTime: time, renewTime: time };
}
