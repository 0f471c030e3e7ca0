/**
 * How long, at most, what is rendered gets, in bytes: so much for each part, which
 * is what the longest form of it takes with every text left empty, and a quarter
 * more; and the texts themselves, as often as they can occur.
 */
export interface Footprint {
  /** Whatever the configuration holds. */
  readonly base: number;
  readonly model: number;
  readonly route: number;
  /** A target or fallback of a route, or a fallback of a model. */
  readonly link: number;
  /** A further try of a target. */
  readonly try: number;
  readonly policy: number;
  /** How often what users wrote is repeated. */
  readonly copies: number;
  /** Characters that are written longer, with how many bytes they then are. */
  readonly escaped?: { readonly characters: RegExp; readonly bytes: number };
}

/** How many there are of what makes a configuration long. */
export interface Counts {
  readonly models: number;
  readonly routes: number;
  readonly links: number;
  readonly tries: number;
  readonly policies: number;
}

/** What a ConfigMap or a Secret holds: 1 MiB of data (Kubernetes, MaxSecretSize), and keys and names besides. */
export const MAX_RENDERED_BYTES = 1_048_576 - 4096;

/** The most that a configuration of these counts is rendered to, where `bytes` is the length of its texts at most. */
export function boundByLength(footprint: Footprint, counts: Counts, bytes: number): number {
  return boundOfParts(footprint, counts) + footprint.copies * bytes * (footprint.escaped?.bytes ?? 1);
}

/** The same with what the texts come to in fact. */
export function boundByText(footprint: Footprint, counts: Counts, text: string): number {
  const { copies, escaped } = footprint;
  const longer = escaped ? (text.match(escaped.characters)?.length ?? 0) * (escaped.bytes - 1) : 0;
  return boundOfParts(footprint, counts) + copies * (Buffer.byteLength(text) + longer);
}

function boundOfParts(footprint: Footprint, { models, routes, links, tries, policies }: Counts): number {
  const { base, model, route, link, policy } = footprint;
  return base + model * models + route * routes + link * links + footprint.try * tries + policy * policies;
}
