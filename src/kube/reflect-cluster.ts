import type { InformerFactoryOptions, Watched } from "./informer-factory.ts";
import { Reflector } from "./reflector.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import type { Resource } from "./resource.ts";
import type { Reflect } from "./shared-informer.ts";

/** What all reflectors have in common. */
export type ReflectClusterOptions = Omit<
  ReflectorOptions<Resource>,
  "type" | "selection" | "sink" | "metadataOnly" | "withoutManagedFields"
>;

/** Fills the informers of a factory from an API server: a reflector for each. */
export function reflectCluster(options: ReflectClusterOptions): InformerFactoryOptions["reflect"] {
  return <R extends Resource>({ content, ...watched }: Watched): Reflect<R> =>
    (sink, signal) =>
      new Reflector<R>({ ...options, ...watched, sink, metadataOnly: content === "metadata" }).run(signal);
}
