import { pino } from "pino";
import { Reflector } from "#kube/reflector.ts";
import { ReflectorMetrics } from "#kube/reflector-metrics.ts";
import type { ReflectorOptions } from "#kube/reflector-options.ts";
import { keyOf, type ReflectorSink } from "#kube/resource.ts";
import type { ManualClock } from "../manual-clock.ts";
import { CONFIG_MAPS, type ConfigMap, Scene } from "./scene.ts";
import type { ScriptedApiServer, ScriptedApiServerOptions } from "./scripted-api-server.ts";

export interface ReflectingOptions extends Partial<ReflectorOptions<ConfigMap>> {
  readonly server?: ScriptedApiServerOptions;
  /** Fills the server and lays faults before the reflector starts. */
  readonly before?: (server: ScriptedApiServer) => void;
}

/** A reflector of ConfigMaps at work against a scripted API server; chance is always 0. */
export class Reflecting implements AsyncDisposable {
  readonly scene: Scene;
  readonly sink: RecordingSink;
  readonly reflector: Reflector<ConfigMap>;
  /** What the reflector reported, by reason. */
  readonly errors: string[] = [];
  readonly logged: string[] = [];
  readonly #stop = new AbortController();
  readonly #acceptances = new Set<() => void>();
  #accepted = 0;
  readonly running: Promise<void>;

  static async start(options: ReflectingOptions = {}): Promise<Reflecting> {
    const { server, ...rest } = options;
    return new Reflecting(await Scene.start(server), rest);
  }

  private constructor(scene: Scene, { before, sink, ...options }: Omit<ReflectingOptions, "server">) {
    this.scene = scene;
    this.sink = new RecordingSink(sink);
    before?.(scene.server);
    this.reflector = new Reflector<ConfigMap>({
      client: scene.client,
      type: CONFIG_MAPS,
      selection: {},
      sink: this.sink,
      clock: scene.clock,
      logger: pino({ level: "debug" }, { write: (line) => void this.logged.push(line) }),
      metrics: new ReflectorMetrics(scene.registry),
      random: () => 0,
      onError: (error) => void this.errors.push(reasonOf(error)),
      ...options,
      onWatching: () => this.#accept(),
    });
    this.running = this.reflector.run(this.#stop.signal);
  }

  get server(): ScriptedApiServer {
    return this.scene.server;
  }

  get clock(): ManualClock {
    return this.scene.clock;
  }

  /** Waits until the reflector pauses for this long, and lets the pause pass. */
  async pause(milliseconds: number): Promise<void> {
    await this.clock.timer((running) => running === milliseconds);
    this.clock.advance(milliseconds);
  }

  /** Resolves once the reflector knows that the server accepted this many watches. */
  async accepted(count: number): Promise<void> {
    while (this.#accepted < count) await new Promise<void>((resolve) => void this.#acceptances.add(resolve));
  }

  /** Each request so far, as `verb resourceVersion`. */
  get requests(): readonly string[] {
    return this.server.requests.map(({ verb, query }) => `${verb} ${query["resourceVersion"] ?? ""}`.trim());
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("stopped by the test"));
    await this.running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.scene[Symbol.asyncDispose]();
  }

  #accept(): void {
    this.#accepted += 1;
    const waiting = [...this.#acceptances];
    this.#acceptances.clear();
    for (const resolve of waiting) resolve();
  }
}

/** Remembers what it was told: as history and as the state that follows from it. */
export class RecordingSink implements ReflectorSink<ConfigMap> {
  /** Such as `REPLACE a/x,a/y @1002`, `MODIFIED a/x @1003`, `BOOKMARK @1004`. */
  readonly history: string[] = [];
  readonly state = new Map<string, ConfigMap>();
  readonly #also: ReflectorSink<ConfigMap> | undefined;
  readonly #waiting = new Set<() => void>();

  /** @param also is told first, and may throw. */
  constructor(also?: ReflectorSink<ConfigMap>) {
    this.#also = also;
  }

  replace(objects: readonly ConfigMap[], resourceVersion: string): void {
    this.#also?.replace(objects, resourceVersion);
    this.state.clear();
    for (const object of objects) this.state.set(keyOf(object), object);
    this.#note(`REPLACE ${objects.map(keyOf).join(",")} @${resourceVersion}`);
  }

  handle(type: "ADDED" | "MODIFIED" | "DELETED", object: ConfigMap): void {
    this.#also?.handle(type, object);
    if (type === "DELETED") this.state.delete(keyOf(object));
    else this.state.set(keyOf(object), object);
    this.#note(`${type} ${keyOf(object)} @${object.metadata.resourceVersion ?? ""}`);
  }

  bookmark(resourceVersion: string): void {
    this.#also?.bookmark(resourceVersion);
    this.#note(`BOOKMARK @${resourceVersion}`);
  }

  /** Resolves once the history has this many entries. */
  async heard(count: number): Promise<readonly string[]> {
    while (this.history.length < count) await new Promise<void>((resolve) => void this.#waiting.add(resolve));
    return this.history;
  }

  #note(line: string): void {
    this.history.push(line);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "reason" in error) return String(error.reason);
  return error instanceof Error ? error.message : String(error);
}
