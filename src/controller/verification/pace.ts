/** What the next look at a gateway depends on. */
export interface Pace {
  /** All instances run the configuration. */
  readonly isVerified: boolean;
  /** How often they were asked with the same result, at least once. */
  readonly looks: number;
  /** Until their time is up, in milliseconds; 0 when it is, or when waiting is of no use. */
  readonly left: number;
  /** How many gateways share the controller. */
  readonly gateways: number;
  /** Of [0, 1). */
  readonly random: number;
}

/** How long nobody asks that gateway, in milliseconds. */
export function pauseBeforeLook({ isVerified, looks, left, gateways, random }: Pace): number {
  const atLeast = (gateways / LOOKS_PER_SECOND) * 1000;
  if (isVerified) return Math.max(AGAIN_MILLISECONDS, atLeast) * jitter(random);
  if (left > 0) return Math.min(left, Math.min(FIRST_MILLISECONDS * 1.5 ** (looks - 1), OFTEN_MILLISECONDS));
  return Math.max(Math.min(LATE_MILLISECONDS * 2 ** (looks - 1), AGAIN_MILLISECONDS), atLeast) * jitter(random);
}

/** Gateways reload within 10 ms to a second; nine looks reach 5 s. */
export const FIRST_MILLISECONDS = 100;

/** While there is time: a kubelet takes a minute to bring a file, a Deployment several to roll out. */
const OFTEN_MILLISECONDS = 2000;

/** When time is up, or a gateway has said no; doubles. */
const LATE_MILLISECONDS = 5000;

/** Between looks at a gateway that runs what it should, and at one that never does. */
export const AGAIN_MILLISECONDS = 60_000;

/** Of all gateways together, in the long run; at 0.8 ms of CPU for an Envoy. 10,000 of them are looked at each 200 s. */
const LOOKS_PER_SECOND = 50;

/** Between nine and eleven tenths, so that gateways that were delivered together are not asked together for ever. */
function jitter(random: number): number {
  return 0.9 + 0.2 * random;
}
