import type { RelativePath } from "#api/field-path.ts";

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An object as somebody wrote it. */
export interface SourceDocument {
  readonly value: unknown;
  /** Where the field at a path is written, or the nearest one around it. */
  readonly positionOf: (path: RelativePath) => Position;
  /** Numbers that `value` can only hold roughly. */
  readonly exactNumbers: readonly ExactNumber[];
}

/** A number as it was written, such as `9007199254740993` or `1.0`. */
export interface ExactNumber {
  readonly path: RelativePath;
  /** As JSON writes it. */
  readonly text: string;
}

/** Why a text cannot be read, with the place. */
export class SourceError extends Error implements Position {
  override readonly name = "SourceError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, { line, column }: Position) {
    super(message);
    this.line = line;
    this.column = column;
  }
}
