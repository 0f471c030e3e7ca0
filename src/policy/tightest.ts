import type { Sourced } from "./effective-policy.ts";

/** Whether the first value leaves less room than the second. */
export type IsTighter<T> = (candidate: T, than: T) => boolean;

export const isLower: IsTighter<number> = (candidate, than) => candidate < than;
export const isHigher: IsTighter<number> = (candidate, than) => candidate > than;

/** The tightest of several values, and of equally tight ones the first; undefined where there is none. */
export function tightest<T>(candidates: readonly Sourced<T>[], isTighter: IsTighter<T>): Sourced<T> | undefined {
  let winner: Sourced<T> | undefined;
  for (const candidate of candidates) {
    if (winner === undefined || isTighter(candidate.value, winner.value)) winner = candidate;
  }
  return winner;
}

/** What a field of an opinion says, for each that says something. */
export function namedBy<O extends { readonly source: string }, T>(
  opinions: readonly O[],
  read: (opinion: O) => T | undefined,
): readonly Sourced<T>[] {
  return opinions.flatMap((opinion) => {
    const value = read(opinion);
    return value === undefined ? [] : { value, source: opinion.source };
  });
}
