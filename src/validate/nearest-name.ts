/**
 * The name that was probably meant by one that does not exist: the nearest by
 * insertions, deletions, substitutions and swaps of neighbours, letter case
 * apart. Undefined where none is near. The work is bounded, since both sides may
 * be hostile.
 */
export function nearestName(sought: string, names: Iterable<string>, search: Search = {}): string | undefined {
  const { most = MAX_COMPARED, isFit = anyIsFit } = search;
  if (sought.length > MAX_CHARACTERS) return undefined;
  const wanted = sought.toLowerCase();
  let limit = Math.min(MAX_EDITS, Math.floor(wanted.length / CHARACTERS_PER_EDIT));
  let nearest: string | undefined;
  let left = Math.min(most, MAX_COMPARED);
  for (const name of names) {
    left -= name.length;
    if (left < 0) break;
    const edits = editsBetween(wanted, name.toLowerCase(), limit);
    if (edits === undefined || !isFit(name)) continue;
    nearest = name;
    if (edits === 0) break;
    limit = edits - 1; // only a nearer one may take its place
  }
  return nearest;
}

interface Search {
  /** Characters to compare at most, where a search has to be cheaper than others. */
  readonly most?: number;
  /** Asked only about names that are nearer than any before. */
  readonly isFit?: (name: string) => boolean;
}

function anyIsFit(): boolean {
  return true;
}

/** Kubernetes' longest name; nobody mistypes a longer one. */
const MAX_CHARACTERS = 253;

/** Characters compared in one search, which then takes a millisecond: 256 models with names of 64. */
const MAX_COMPARED = 256 * 64;

/** One slip in three characters is still the same word; more than three in all is another. */
const CHARACTERS_PER_EDIT = 3;
export const MAX_EDITS = 3;

/**
 * Edits that turn one text into the other (optimal string alignment), undefined
 * above `limit`. Only cells near the diagonal can stay within it, so a pair costs
 * its length times `2 * limit + 1` (Ukkonen 1985).
 */
function editsBetween(one: string, other: string, limit: number): number | undefined {
  if (one === other) return 0;
  if (limit === 0 || Math.abs(one.length - other.length) > limit) return undefined;
  const tooMany = limit + 1;
  let beforeLast = new Uint8Array(other.length + 1);
  let last = new Uint8Array(other.length + 1).fill(tooMany);
  let row = new Uint8Array(other.length + 1);
  for (let column = 0; column <= limit && column <= other.length; column += 1) last[column] = column;
  for (let line = 1; line <= one.length; line += 1) {
    const fewest = fillRow({ one, other, line, limit, row, last, beforeLast });
    if (fewest > limit) return undefined;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  const edits = last[other.length] ?? tooMany;
  return edits > limit ? undefined : edits;
}

interface Line {
  readonly one: string;
  readonly other: string;
  readonly line: number;
  readonly limit: number;
  readonly row: Uint8Array;
  readonly last: Uint8Array;
  readonly beforeLast: Uint8Array;
}

/** Fills one row of the table within the band, and returns its smallest cell. */
function fillRow({ one, other, line, limit, row, last, beforeLast }: Line): number {
  const tooMany = limit + 1;
  const from = Math.max(1, line - limit);
  const to = Math.min(other.length, line + limit);
  // The cells beside the band, which this row and the next ones look at.
  row[from - 1] = line <= limit ? line : tooMany;
  if (to < other.length) row[to + 1] = tooMany;
  let fewest = row[from - 1] ?? tooMany;
  for (let column = from; column <= to; column += 1) {
    const diagonal = last[column - 1] ?? tooMany;
    let cell = diagonal;
    if (one.charCodeAt(line - 1) !== other.charCodeAt(column - 1)) {
      const beside = Math.min(diagonal, last[column] ?? tooMany, row[column - 1] ?? tooMany);
      const across = swapped(one, other, line, column) ? (beforeLast[column - 2] ?? tooMany) : tooMany;
      cell = Math.min(beside + 1, across + 1, tooMany);
    }
    row[column] = cell;
    if (cell < fewest) fewest = cell;
  }
  return fewest;
}

function swapped(one: string, other: string, line: number, column: number): boolean {
  return (
    line > 1 &&
    column > 1 &&
    one.charCodeAt(line - 1) === other.charCodeAt(column - 2) &&
    one.charCodeAt(line - 2) === other.charCodeAt(column - 1)
  );
}
