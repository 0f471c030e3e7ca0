import { type RelativePath, valueAt } from "#api/field-path.ts";
import { canonical } from "./canonical.ts";
import type { Finding } from "./rule.ts";

/** A finding and the rule that made it. */
export interface FoundBy {
  readonly rule: string;
  readonly finding: Finding;
}

/**
 * Which findings about an object were there before it was updated, so that an
 * old fault never blocks an unrelated edit.
 *
 * A finding is the same one if rule, kind and field agree, and every part that it
 * rests on was part of an old finding, being the same item (list-map key; equal
 * content in atomic lists; never the index) with equal values of every field
 * that the rule read. So reordering, inserting or removing items makes nothing
 * new, and changing a field that was read does.
 */
export function excused(findings: readonly FoundBy[], old: readonly FoundBy[]): ReadonlySet<FoundBy> {
  const result = new Set<FoundBy>();
  if (old.length === 0) return result;
  const identify = memberIdentities();
  const known = membersByClaim(old, identify);
  for (const found of findings) {
    const alike = known.get(claimOf(found));
    const members = alike && membersOf(found.finding, identify);
    const [own = ""] = members?.keys() ?? [];
    const candidates = alike?.get(own);
    if (members && candidates && takeMatch(members, candidates)) result.add(found);
  }
  return result;
}

/** How often each item stands in a finding, first the one that it is found in. */
type Members = ReadonlyMap<string, number>;

/**
 * The members of findings by claim, and then by each member: an object may hold
 * ten thousands of findings that make the same claim, which nobody has the time
 * to compare with each other.
 */
function membersByClaim(old: readonly FoundBy[], identify: Identify): ReadonlyMap<string, Map<string, Members[]>> {
  const known = new Map<string, Map<string, Members[]>>();
  for (const found of old) {
    const members = membersOf(found.finding, identify);
    if (!members) continue;
    const claim = claimOf(found);
    const alike = known.get(claim) ?? new Map<string, Members[]>();
    known.set(claim, alike);
    for (const member of members.keys()) {
      const candidates = alike.get(member);
      if (candidates) candidates.push(members);
      else alike.set(member, [members]);
    }
  }
  return known;
}

/**
 * What is claimed, apart from the items: rule, kind and field. Indices below an
 * item count only where the item is its content, since then they cannot move.
 */
function claimOf({ rule, finding }: FoundBy): string {
  const { kind, part, at } = finding;
  return [rule, kind, part.kind, ...(part.key === undefined ? at : names(at))].join("\n");
}

function names(path: RelativePath): RelativePath {
  return path.filter((segment) => typeof segment === "string");
}

function membersOf(finding: Finding, identify: Identify): Members | undefined {
  const members = new Map<string, number>();
  for (const member of [finding, ...(finding.collidesWith ?? [])]) {
    const identity = identify(member);
    if (identity === undefined) return undefined;
    members.set(identity, (members.get(identity) ?? 0) + 1);
  }
  return members;
}

type Member = Pick<Finding, "part" | "read">;
type Identify = (member: Member) => string | undefined;

/** Identities, each made once: the members of a large group stand in many findings. */
function memberIdentities(): Identify {
  const known = new Map<Member, string | undefined>();
  return (member) => {
    if (!known.has(member)) known.set(member, identityOf(member));
    return known.get(member);
  };
}

/** An item with what was read of it. In an atomic list the item is its content, which holds all that was read. */
function identityOf({ part, read }: Member): string | undefined {
  if (part.key === undefined) return canonical(part.value);
  const values = canonical(read.map((path) => [names(path), valueAt(part.value, path)]));
  return values === undefined ? undefined : `${part.key}\n${values}`;
}

/**
 * A finding on one item uses up its match, so that a second copy of the item is
 * a new one. A collision stays excused however its group is dealt out anew.
 */
function takeMatch(members: Members, candidates: Members[]): boolean {
  const index = candidates.findIndex((candidate) => contains(candidate, members));
  if (index < 0) return false;
  if (members.size === 1 && candidates[index]?.size === 1) candidates.splice(index, 1);
  return true;
}

function contains(whole: Members, part: Members): boolean {
  for (const [member, count] of part) if ((whole.get(member) ?? 0) < count) return false;
  return true;
}
