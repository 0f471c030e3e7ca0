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

/** Looks whether something still holds, which nobody would be told of otherwise. Never rejects. */
export type ReadinessCheck = () => boolean | Promise<boolean>;

/**
 * Whether the process is ready: each part takes a claim and hands it back when
 * it can serve. Ready means that no claim is out, and that what was handed back
 * passes its check.
 */
export class Readiness {
  readonly #claims = new Map<string, { isBack: boolean; readonly check: ReadinessCheck }>();

  /** Takes a claim, which is out at once: asked for late, it ends readiness. */
  claim(name: string, check: ReadinessCheck = () => true): ReadinessClaim {
    const claim = { isBack: false, check };
    this.#claims.set(name, claim);
    return {
      handBack: () => void (claim.isBack = true),
      takeBack: () => void (claim.isBack = false),
    };
  }

  /** Every claim, in the order in which they were taken. */
  states(): Promise<readonly ReadinessState[]> {
    return Promise.all(
      Array.from(this.#claims, async ([name, { isBack, check }]) => ({ name, holds: isBack && (await check()) })),
    );
  }
}
