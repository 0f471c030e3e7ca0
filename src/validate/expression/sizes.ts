/*
 * Instructions that RE2 makes of one piece, at most: in UTF-8, of both cases, and
 * negated. Measured with RE2's own `ProgramSize`; the differential run holds them.
 */
export const SIZE_OF_CHARACTER = 12;
export const SIZE_OF_ANY = 12;
/** `\d`, `[[:alpha:]]` and what stands between brackets besides. */
export const SIZE_OF_SET = 16;
export const SIZE_OF_PROPERTY = 500;
/** `\pL`, and `\p{Lo}`, to which most scripts belong. */
export const SIZE_OF_LETTERS = 1300;
