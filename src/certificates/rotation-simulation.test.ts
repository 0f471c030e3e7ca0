import type { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isConflict, isNotFound } from "#kube/kubernetes-error.ts";
import { CertificateCluster, DNS_NAME, OBJECTS } from "../../test/support/certificate-cluster.ts";
import { isInForce, lifeOf } from "./certificate-life.ts";
import { leadsTo } from "./chain.ts";
import { gather, publishedBy, textOf } from "./gather.ts";
import { nextStep, type Step } from "./next-step.ts";
import { certificatesIn } from "./pem.ts";
import { type IssuingRules, performStep } from "./perform-step.ts";
import { PublicationAge } from "./publication-age.ts";
import { readStored } from "./stored-certificates.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

const RULES: IssuingRules = {
  dnsNames: [DNS_NAME],
  settlingMilliseconds: 10 * SECOND,
  overlapMilliseconds: HOUR,
  leafMilliseconds: 90 * DAY,
  authorityMilliseconds: 3650 * DAY,
};

/** A leader stops being one this long after it last could say so. */
const LONGEST_STALL = 10 * SECOND;

const signal = new AbortController().signal;

/** What was so from one moment to the next; still, where there is no end. */
interface Span<T> {
  readonly value: T;
  end: number;
}

/** An installation whose API servers and replicas learn of everything up to a settling time later. */
class World {
  readonly cluster = new CertificateCluster();
  readonly #published: Span<readonly string[]>[] = [];
  readonly #served: Span<X509Certificate>[] = [];
  now = Date.parse("2027-01-01T00:00:00Z");
  monotonic = 0;

  pass(milliseconds: number): void {
    this.now += milliseconds;
    this.monotonic += milliseconds;
  }

  /** Writes down what is so since the last look; then every call that may be made now must be trusted. */
  check(): void {
    note(this.#published, this.cluster.published, this.monotonic, String);
    const { leaf } = readStored(this.cluster.secret ?? {});
    if (leaf) note(this.#served, leaf, this.monotonic, ({ fingerprint256 }) => fingerprint256);
    if (this.#served.length === 0) this.#published.splice(0, this.#published.length - 1); // nobody could be called yet
    const oldest = this.monotonic - RULES.settlingMilliseconds;
    for (const { value: published } of this.#published.filter(({ end }) => end > oldest)) {
      // What somebody edited, or what was there before the first installation, nobody can make up for.
      if (published.some((bundle) => bundle === "" || bundle === EDITED)) continue;
      for (const { value: certificate } of this.#served.filter(({ end }) => end > oldest))
        for (const bundle of published)
          if (!leadsTo([certificate], certificatesIn(bundle))) throw new Error("a certificate is served untrusted");
    }
  }
}

const EDITED = "edited";

function note<T>(spans: Span<T>[], value: T, now: number, keyOf: (value: T) => string): void {
  const last = spans.at(-1);
  if (last && keyOf(last.value) === keyOf(value)) return;
  if (last) last.end = now;
  spans.push({ value, end: Number.POSITIVE_INFINITY });
}

/** A process that believes that it leads. */
class Leader {
  readonly #world: World;
  #age = new PublicationAge();
  #held:
    | {
        readonly step: Step;
        readonly gathered: Awaited<ReturnType<typeof gather>>;
        readonly at: number;
        readonly now: number;
      }
    | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Reads and decides. */
  async look(): Promise<Step> {
    const { cluster, now, monotonic } = this.#world;
    const gathered = await gather(cluster.client, OBJECTS, signal);
    const published = publishedBy(gathered);
    const secret = gathered.secret && textOf(gathered.secret);
    const seenForMilliseconds = this.#age.of(published, secret?.["tls.crt"], monotonic);
    const step = nextStep({ secret, published, seenForMilliseconds, now }, RULES);
    this.#held = { step, gathered, at: monotonic, now };
    return step;
  }

  /** Writes what it decided some time ago. */
  async act(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    const { cluster, monotonic } = this.#world;
    if (!held || held.step.do === "wait" || monotonic - held.at > LONGEST_STALL) return;
    try {
      const { client } = cluster;
      await performStep(held.step, held.gathered, { client, objects: OBJECTS, rules: RULES, now: held.now, signal });
    } catch (error) {
      // A Secret that is gone meanwhile is looked at anew like one that was written.
      if (!isConflict(error) && !isNotFound(error) && !(error instanceof Error && error.message === "AlreadyExists"))
        throw error;
    }
  }

  crash(): void {
    this.#age = new PublicationAge();
    this.#held = undefined;
  }
}

type Event = (world: World, leaders: readonly [Leader, Leader]) => unknown;

const one: fc.Arbitrary<0 | 1> = fc.constantFrom(0, 1);

const leading: fc.Arbitrary<Event> = one.chain((who) =>
  fc.constantFrom<Event>(
    (_, leaders) => leaders[who].look(),
    (_, leaders) => leaders[who].act(),
    async (_, leaders) => {
      await leaders[who].look();
      await leaders[who].act();
    },
    (_, leaders) => leaders[who].crash(),
  ),
);

const passing: fc.Arbitrary<Event> = fc
  .constantFrom(SECOND, 4 * SECOND, 10 * SECOND, 60 * SECOND, HOUR, 20 * DAY, 70 * DAY)
  .map((milliseconds) => (world: World) => world.pass(milliseconds));

const jumping: fc.Arbitrary<Event> = fc
  .constantFrom(-4000 * DAY, -DAY, -HOUR, HOUR, DAY, 100 * DAY, 4000 * DAY)
  .map((milliseconds) => (world: World) => void (world.now += milliseconds));

const damage: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(fc.constantFrom("tls.crt", "tls.key", "ca.crt", "ca.key"), fc.constantFrom(undefined, "garbage", "")).map(
    ([key, text]) =>
      (world: World) =>
        world.cluster.editSecret({ [key]: text }),
  ),
  fc.constant<Event>((world) => world.cluster.editSecret(undefined)),
  fc.constant<Event>((world) => world.cluster.editBundle(EDITED)),
);

const events = fc.array(
  fc.oneof(
    { arbitrary: leading, weight: 12 },
    { arbitrary: passing, weight: 5 },
    { arbitrary: damage, weight: 2 },
    { arbitrary: jumping, weight: 1 },
  ),
  { minLength: 1, maxLength: 60 },
);

test("whoever leads, ends, takes over or damages what, each call is trusted, and in the end all is well", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (events) => {
      const world = new World();
      const leaders = [new Leader(world), new Leader(world)] as const;
      for (const event of events) {
        await event(world, leaders);
        world.check();
      }
      await settle(world, leaders[0]);
      const { leaf, authorities } = readStored(world.cluster.secret ?? {});
      expect(leaf && isInForce(lifeOf(leaf), world.now)).toBe(true);
      expect(authorities).toHaveLength(1);
      expect(new Set(world.cluster.published)).toEqual(new Set([world.cluster.secret?.["ca.crt"]]));
    }),
    { numRuns: 150 },
  );
});

/** One leader, left alone, until there is nothing more to do for days. */
async function settle(world: World, leader: Leader): Promise<void> {
  for (let turns = 0; turns < 60; turns += 1) {
    const step = await leader.look();
    if (step.do !== "wait") await leader.act();
    else if (step.until - world.now > DAY) return;
    else world.pass(step.until - world.now);
    world.check();
  }
  throw new Error("it does not come to rest");
}
