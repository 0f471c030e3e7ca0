export interface UsageErrorOptions extends ErrorOptions {
  /** 2 unless a script should tell it from words that it must change. */
  readonly exitCode?: number;
}

/** Something that the user can put right, in one line each: no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode: number;

  constructor(message: string, { exitCode = UNUSABLE_WORDS, ...options }: UsageErrorOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const UNUSABLE_WORDS = 2;
