import { millisecondsOf } from "#api/duration.ts";
import type { RelativePath } from "#api/field-path.ts";
import type { Route } from "#api/kinds/route.ts";
import { isImplausible, TIMEOUT_RANGE, TIMEOUT_RULE } from "#api/timeout-range.ts";
import type { Part } from "../part.ts";
import { type Facts, type Finding, HOLDS, type Rule } from "../rule.ts";

const { shortest, longest } = TIMEOUT_RANGE;

export const implausibleTimeout: Rule = {
  id: TIMEOUT_RULE,
  claim: `Timeouts are from ${shortest.text} to ${longest.text}; a stream's idle limit is below the request's, and all tries of a route fit into its own.`,
  why: "A timeout of 60ms where 60s were meant fails every request, and one of hours keeps connections and memory for answers that nobody waits for. A limit that another one forestalls never acts.",
  action: "Deny",
  judges: { model: findInModel, route: findInRoute },
};

function findInModel(part: Part<"model">): readonly Finding[] {
  const { timeouts } = part.value;
  if (timeouts === undefined) return HOLDS;
  const request = implausible(part, REQUEST, timeouts.request);
  const streamIdle = implausible(part, STREAM_IDLE, timeouts.streamIdle);
  if (request || streamIdle) return [request, streamIdle].filter((found) => found !== undefined);
  return forestalled(part, timeouts);
}

const REQUEST: RelativePath = ["timeouts", "request"];
const STREAM_IDLE: RelativePath = ["timeouts", "streamIdle"];

function implausible(part: Part, at: RelativePath, duration: string | undefined): Finding | undefined {
  if (duration === undefined || !isImplausible(duration)) return undefined;
  const meant = probablyMeant(duration);
  const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
  const detail = `must be from '${shortest.text}' to '${longest.text}'${hint}`;
  return { part, at, kind: "Invalid value", value: duration, detail, read: [at] };
}

/** The same number in the unit that it is most often mistaken for. */
function probablyMeant(duration: string): string | undefined {
  const [, number, unit] = SINGLE.exec(duration) ?? [];
  const meant = `${number}${MISTAKEN_FOR[unit ?? ""]}`;
  return millisecondsOf(meant) === undefined || isImplausible(meant) ? undefined : meant;
}

const SINGLE = /^([0-9]+)(ms|s|m|h)$/;
const MISTAKEN_FOR: Readonly<Record<string, string>> = { ms: "s", s: "ms", m: "s", h: "m" };

/** Both are known to be plausible. */
function forestalled(part: Part<"model">, { request, streamIdle }: Timeouts): readonly Finding[] {
  if (request === undefined || streamIdle === undefined || lasts(streamIdle) < lasts(request)) return HOLDS;
  const detail = `must be less than \`request\`, which is '${request}'`;
  const read = [REQUEST, STREAM_IDLE];
  return [{ part, at: STREAM_IDLE, kind: "Invalid value", value: streamIdle, detail, advice: true, read }];
}

type Timeouts = NonNullable<Part<"model">["value"]["timeouts"]>;

function lasts(duration: string): number {
  return millisecondsOf(duration) ?? Number.NaN;
}

function findInRoute(part: Part<"route">, facts: Facts): readonly Finding[] {
  const { timeout, retry } = part.value;
  if (timeout === undefined) return HOLDS;
  const found = implausible(part, TIMEOUT, timeout);
  if (found) return [found];
  const attempts = retry?.attempts ?? 0;
  return attempts > 0 ? cutShort(part, { timeout, attempts }, facts) : HOLDS;
}

const TIMEOUT: RelativePath = ["timeout"];

interface Tries {
  readonly timeout: string;
  /** Beside the first one. */
  readonly attempts: number;
}

/** The first target that may take too long is named. */
function cutShort(part: Part<"route">, { timeout, attempts }: Tries, { owner }: Facts): readonly Finding[] {
  const targets = targetNames(part.value).flatMap((name) => owner.modelsByName.get(name) ?? []);
  for (const target of targets) {
    const request = target.value.timeouts?.request;
    if (request === undefined || !(lasts(request) * (attempts + 1) > lasts(timeout))) continue;
    const most = Math.max(Math.floor(lasts(timeout) / lasts(request)) - 1, 0);
    const detail = `must be at most ${most}, since each try of '${target.value.name}' may take '${request}', and all of them together '${timeout}'`;
    const read = [ATTEMPTS, TIMEOUT, ["targetModel"], ["targets"]];
    const collidesWith = [{ part: target, read: [REQUEST] }];
    const where = { part, at: ATTEMPTS, kind: "Invalid value", value: attempts } as const;
    return [{ ...where, detail, advice: true, read, collidesWith }];
  }
  return HOLDS;
}

const ATTEMPTS: RelativePath = ["retry", "attempts"];

function targetNames({ targetModel, targets = [] }: Route): readonly string[] {
  return targetModel === undefined ? targets.map(({ model }) => model) : [targetModel];
}
