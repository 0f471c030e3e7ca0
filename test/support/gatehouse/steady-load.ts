import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { parse } from "yaml";
import type { ControlPlaneClient } from "../control-plane/client.ts";
import { poll } from "../control-plane/poll.ts";
import type { ApiResponse } from "../control-plane/request.ts";
import { judgeAnswer, type LoadVerdict, type Sample } from "./load-verdict.ts";

/** Requests a second; each is reviewed twice, to be changed and to be judged. */
const REQUESTS_PER_SECOND = 30;

/** Where each waits for a time-out of 5 s, more of them would keep a busy machine from ever getting well. */
const MOST_UNDER_WAY = 20;

/** So many right answers, one after the other, and all is well. */
const CALM = 40;

/** What was killed often is started again after 32 s. */
const PATIENCE_MILLISECONDS = 120_000;

/** A request that was not answered as it should be. */
export interface Trouble {
  readonly verdict: Exclude<LoadVerdict, "right">;
  readonly request: string;
  /** As of `performance.now()`. */
  readonly sentAt: number;
  readonly answer: string;
}

/** What was asked for while something was done. */
export interface LoadStep {
  readonly name: string;
  readonly seconds: number;
  readonly sent: number;
  readonly troubles: readonly Trouble[];
}

/**
 * Asks the API server at a fixed rate for objects to be created and changed, all
 * of it dry: in turns such that are admitted with defaults, and such that are
 * denied. A rate that does not wait for single answers shows what a client sees
 * while some are late.
 */
export class SteadyLoad implements AsyncDisposable {
  readonly #requests: readonly LoadRequest[];
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #troubles: Trouble[] = [];
  readonly #sentAt: number[] = [];
  readonly #steps: LoadStep[] = [];
  readonly #running: Promise<void>;
  #rightInARow = 0;

  private constructor(requests: readonly LoadRequest[]) {
    this.#requests = requests;
    this.#running = this.#run();
  }

  /** Stores the object that it asks to change. The examples' policies must be in force. */
  static async start(plane: ControlPlaneClient, namespace: string): Promise<SteadyLoad> {
    const path = `/apis/gateway.example.com/v1/namespaces/${namespace}/aigatewayconfigs`;
    const good = parse(await readFile(GOOD, "utf8")) as GatewayObject;
    const stored = { ...good, metadata: { name: STORED, namespace }, spec: renamed(good.spec) };
    const { status, body } = await plane.request("POST", path, { body: stored });
    if (status !== 201) throw new Error(`the object to change was not stored: ${JSON.stringify(body)}`);
    return new SteadyLoad(requestsOf(plane, path, { ...good, metadata: { name: "load", namespace } }, stored));
  }

  /** Does that under load, which is well before and, without help, afterwards. */
  async during(name: string, act: () => Promise<void>): Promise<LoadStep> {
    const from = performance.now();
    await this.calm();
    await act();
    await this.calm();
    const until = performance.now();
    await Promise.all(this.#underWay);
    const isOfStep = (sentAt: number) => sentAt >= from && sentAt < until;
    const sent = this.#sentAt.filter(isOfStep).length;
    const troubles = this.#troubles.filter(({ sentAt }) => isOfStep(sentAt));
    const step = { name, seconds: (until - from) / 1000, sent, troubles };
    this.#steps.push(step);
    return step;
  }

  /** Returns once many answers, one after the other, were right. */
  async calm(): Promise<void> {
    this.#rightInARow = 0;
    const last = () => JSON.stringify(this.#troubles.at(-1));
    const isCalm = () => Promise.resolve(this.#rightInARow >= CALM);
    await poll("all is well", isCalm, { within: PATIENCE_MILLISECONDS }).catch((cause: unknown) => {
      throw new Error(`reviews fail still: ${last()}`, { cause });
    });
  }

  /** A line for each step: how much was asked for, and what was not as it should be. */
  report(): string {
    return this.#steps.map(lineOf).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    let [before, due] = [performance.now(), 0];
    try {
      for await (const _ of setInterval(1000 / REQUESTS_PER_SECOND, undefined, { signal: this.#stop.signal })) {
        const now = performance.now();
        due = Math.min(due + ((now - before) / 1000) * REQUESTS_PER_SECOND, MOST_UNDER_WAY);
        before = now;
        for (; due >= 1 && this.#underWay.size < MOST_UNDER_WAY; due -= 1) this.#send();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #send(): void {
    const request = this.#requests[this.#sentAt.length % this.#requests.length];
    if (request === undefined) return;
    const sentAt = performance.now();
    this.#sentAt.push(sentAt);
    const underWay: Promise<void> = this.#ask(request, sentAt).finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  async #ask({ name, sample, send }: LoadRequest, sentAt: number): Promise<void> {
    const [answer, error] = await send().then(
      (answer) => [answer, undefined] as const,
      (error: unknown) => [undefined, error] as const,
    );
    const verdict = judgeAnswer(sample, answer);
    this.#rightInARow = verdict === "right" ? this.#rightInARow + 1 : 0;
    if (verdict === "right") return;
    this.#troubles.push({ verdict, request: name, sentAt, answer: answer ? JSON.stringify(answer) : String(error) });
  }
}

const GOOD = join(import.meta.dirname, "../../../examples/good-config.yaml");

const STORED = "stored";

interface LoadRequest {
  readonly name: string;
  readonly sample: Sample;
  readonly send: () => Promise<ApiResponse>;
}

interface GatewayObject {
  readonly metadata: object;
  readonly spec: { readonly models: readonly Named[]; readonly routes: readonly Route[] };
}

interface Named {
  readonly name: string;
}

interface Route {
  readonly path: string;
  readonly targetModel: string;
}

function requestsOf(
  { request }: ControlPlaneClient,
  path: string,
  good: GatewayObject,
  stored: GatewayObject,
): readonly LoadRequest[] {
  const create = (body: object) => request("POST", `${path}?dryRun=All`, { body });
  const change = (body: object) => request("PATCH", `${path}/${STORED}?dryRun=All`, { body });
  const more = (object: GatewayObject, limits: object) => ({ spec: { models: limited(object.spec.models, limits) } });
  return [
    { name: "create a good one", sample: "good", send: () => create(good) },
    {
      name: "create a bad one",
      sample: "bad",
      send: () => create({ ...good, spec: { ...good.spec, ...more(good, TOO_MUCH).spec } }),
    },
    { name: "change one", sample: "good", send: () => change(more(stored, { burst: 51 })) },
    { name: "change one for the worse", sample: "bad", send: () => change(more(stored, TOO_MUCH)) },
  ];
}

/** More than the approval of the model allows. */
const TOO_MUCH = { requestsPerMinute: 4000 };

function limited([first, ...others]: readonly Named[], rateLimits: object): readonly object[] {
  return [{ ...first, rateLimits }, ...others];
}

/** Under names and paths of its own, so that the two objects get along in one namespace. */
function renamed({ models, routes }: GatewayObject["spec"]): GatewayObject["spec"] {
  return {
    models: models.map((model) => ({ ...model, name: `${STORED}-${model.name}` })),
    routes: routes.map((route) => ({
      ...route,
      path: `/${STORED}${route.path}`,
      targetModel: `${STORED}-${route.targetModel}`,
    })),
  };
}

function lineOf({ name, seconds, sent, troubles }: LoadStep): string {
  const counts = Map.groupBy(troubles, ({ verdict }) => verdict);
  const told = Array.from(counts, ([verdict, { length }]) => `${length} ${verdict}`);
  const rate = Math.round((2 * sent) / seconds);
  return `${name}: ${sent} requests in ${seconds.toFixed(0)} s, ${rate} reviews a second, ${told.join(", ") || "0 failed"}`;
}
