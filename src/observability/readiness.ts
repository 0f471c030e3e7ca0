/** Something that must hold before the process may be sent requests. */
export interface ReadinessClaim {
  /** It holds. */
  handBack(): void;
  /** It does not hold any more. */
  takeBack(): void;
}

export interface ReadinessState {
  readonly name: string;
  readonly holds: boolean;
}

/**
 * Whether the process is ready: each part takes a claim and hands it back when
 * it can serve. Ready means that no claim is out.
 */
export class Readiness {
  readonly #claims = new Map<string, boolean>();

  /** Takes a claim, which is out at once: asked for late, it ends readiness. */
  claim(name: string): ReadinessClaim {
    this.#claims.set(name, false);
    return {
      handBack: () => void this.#claims.set(name, true),
      takeBack: () => void this.#claims.set(name, false),
    };
  }

  /** Every claim, in the order in which they were taken. */
  states(): readonly ReadinessState[] {
    return Array.from(this.#claims, ([name, holds]) => ({ name, holds }));
  }

  get isReady(): boolean {
    return this.states().every(({ holds }) => holds);
  }
}
