/** Where an expression has been read to. */
export interface Cursor {
  readonly text: string;
  at: number;
  /** Names of groups so far. */
  readonly names: Set<string>;
  fault: ExpressionFault | undefined;
}

/** What an expression holds that it must not. */
export interface ExpressionFault {
  /** `a look-ahead`. */
  readonly what: string;
  /** As much of it as names the construct, such as `(?=`, and no more: an expression may hold a secret. */
  readonly text: string;
  /** Where it stands: the first character is 1. */
  readonly position: number;
  /** What may be written in its place. */
  readonly instead?: string;
}

/** Notes a fault, if it is the first, and goes to the end, where every loop over the text stops. */
export function fail(cursor: Cursor, what: string, text: string, instead?: string): void {
  cursor.fault ??= {
    what,
    text,
    position: Array.from(cursor.text.slice(0, cursor.at)).length + 1,
    ...(instead === undefined ? {} : { instead }),
  };
  cursor.at = cursor.text.length;
}

/** The character at the cursor, whole even beyond the basic plane; empty at the end. */
export function characterAt({ text, at }: Cursor): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** What a sticky pattern finds at the cursor. Does not move it. */
export function found(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text) ?? undefined;
}
