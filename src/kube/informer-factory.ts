import type { Resource, ResourceType, Selection } from "./resource.ts";
import { type InformerOptions, type Reflect, SharedInformer } from "./shared-informer.ts";
import type { Transform } from "./transform.ts";

/** What one watch is about. */
export interface Watched {
  readonly type: ResourceType;
  readonly selection: Selection;
  /** Metadata alone is a watch of its own, with a fraction of the bytes: PartialObjectMetadata. */
  readonly content: "whole" | "metadata";
  /** The informer drops managed fields, so nobody need read them. */
  readonly withoutManagedFields?: boolean;
}

export interface InformerFactoryOptions {
  /** Makes what fills an informer: a reflector. */
  readonly reflect: <R extends Resource>(watched: Watched) => Reflect<R>;
  readonly informer: Omit<InformerOptions<Resource>, "name" | "indexers" | "transform">;
}

/** What a user of an informer may ask for beyond what it is about. */
export interface Wanted<R extends Resource> extends Pick<InformerOptions<R>, "transform"> {
  readonly selection?: Selection;
  readonly content?: Watched["content"];
}

/** One informer, and so one watch and one store, for each type, selection and content, however many ask for it. */
export class InformerFactory {
  readonly #options: InformerFactoryOptions;
  readonly #entries = new Map<string, Entry>();
  #signal: AbortSignal | undefined;

  constructor(options: InformerFactoryOptions) {
    this.#options = options;
  }

  get informers(): readonly SharedInformer<Resource>[] {
    return Array.from(this.#entries.values(), ({ informer }) => informer);
  }

  /**
   * The informer, made when first asked for, and started at once when the others
   * were. `R` is what the caller knows the type to look like. Throws when another
   * has asked for it with a different transform.
   */
  informer<R extends Resource>(type: ResourceType, wanted: Wanted<R> = {}): SharedInformer<R> {
    const { selection = {}, content = "whole", transform } = wanted;
    const watched = { type, selection, content, ...(!transform && { withoutManagedFields: true }) };
    const informer = this.#known(watched, transform as unknown as Transform<Resource> | undefined);
    return informer as unknown as SharedInformer<R>; // what is watched holds the type, and a type has one shape
  }

  /** Starts all that were not; again is no fault. */
  start(signal: AbortSignal): void {
    this.#signal ??= signal;
    for (const entry of this.#entries.values()) this.#run(entry, this.#signal);
  }

  /** Resolves when all have ended, after the signal has aborted. */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.#entries.values(), ({ running = Promise.resolve() }) => running));
  }

  #known(watched: Watched, transform: Transform<Resource> | undefined): SharedInformer<Resource> {
    const name = nameOf(watched);
    const known = this.#entries.get(name);
    if (known && known.transform !== transform) throw new Error(`informer ${name} has another transform already`);
    if (known) return known.informer;
    const options = { ...this.#options.informer, name, ...(transform && { transform }) };
    const entry = { watched, transform, informer: new SharedInformer(options) };
    this.#entries.set(name, entry);
    if (this.#signal) this.#run(entry, this.#signal);
    return entry.informer;
  }

  #run(entry: Entry, signal: AbortSignal): void {
    entry.running ??= entry.informer.run(this.#options.reflect(entry.watched), signal);
  }
}

interface Entry {
  readonly watched: Watched;
  readonly transform: Transform<Resource> | undefined;
  readonly informer: SharedInformer<Resource>;
  running?: Promise<void>;
}

/** Such as `deployments.v1.apps`, with the selection behind it; equal for equal watches. */
function nameOf({ type: { group, version, plural }, selection, content }: Watched): string {
  const { namespace, labelSelector, fieldSelector } = selection;
  const parts = Object.entries({
    namespace,
    labelSelector,
    fieldSelector,
    content: content === "metadata" ? content : undefined,
  })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name}=${value}`);
  return [group ? `${plural}.${version}.${group}` : `${plural}.${version}`, ...parts].join(" ");
}
