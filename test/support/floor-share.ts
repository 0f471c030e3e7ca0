import { FLOORS, type Golden } from "./review-fixture.ts";

/** How much of what is denied the API server alone would have denied. */
export interface FloorShare {
  /** Cases that somebody refuses. */
  readonly denied: number;
  /** Those that are refused with our server stopped, by what refuses them. */
  readonly byFloor: Readonly<Record<string, number>>;
  /** The second as a part of the first. */
  readonly share: number;
  /** The same for each rule that the admission floor judges by. */
  readonly rules: Readonly<
    Record<string, { readonly denied: number; readonly byFloor: number; readonly share: number }>
  >;
}

const FLOOR_RULES = ["unapproved-model", "rate-limit-bounds", "plaintext-endpoint", "forbidden-endpoint"];

export function floorShare(goldens: readonly Golden[]): FloorShare {
  const denied = goldens.filter(({ refusedBy }) => refusedBy !== "none");
  const held = denied.filter(({ floor }) => floor !== "none");
  const byFloor = FLOORS.filter((floor) => floor !== "none").map((floor) => [
    floor,
    held.filter((golden) => golden.floor === floor).length,
  ]);
  return {
    denied: denied.length,
    byFloor: Object.fromEntries(byFloor) as Readonly<Record<string, number>>,
    share: partOf(held.length, denied.length),
    rules: Object.fromEntries(FLOOR_RULES.map((rule) => [rule, shareOf(denied, rule)])),
  };
}

function shareOf(denied: readonly Golden[], rule: string) {
  const byRule = denied.filter((golden) => deniesBy(golden, rule));
  const held = byRule.filter(({ floor }) => floor !== "none");
  return { denied: byRule.length, byFloor: held.length, share: partOf(held.length, byRule.length) };
}

/** Whether one of a case's denials is by this rule. */
export function deniesBy({ denials }: Golden, rule: string): boolean {
  return denials.some((denial) => denial.includes(`(${rule})`) || denial.includes(`(${rule},`));
}

function partOf(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 100) / 100;
}
