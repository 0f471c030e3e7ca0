import type { Client, RequestOptions, WatchOptions } from "#kube/client.ts";
import { type DiscoveredResource, discover, findResource } from "#kube/discovery.ts";
import type { Selection } from "#kube/resource.ts";
import { suggestion } from "../parse-options.ts";
import { UsageError } from "../usage-error.ts";

/** Which objects the user wants to see. */
export interface Wish extends Omit<Selection, "namespace"> {
  readonly kind: string;
  /** Undefined: all of them. */
  readonly namespace: string | undefined;
}

export interface Watched {
  readonly type: DiscoveredResource;
  readonly selection: Selection;
}

/**
 * What the words of the user mean in this cluster. Lists one object and opens a
 * watch, as the reflector will: whoever may not read, or selects by nonsense,
 * hears it now and from the server, instead of waiting for what never comes.
 */
export async function findWatched(
  client: Pick<Client, "read" | "list" | "watch">,
  { kind, namespace, ...selectors }: Wish,
  options: RequestOptions,
): Promise<Watched> {
  const type = typeNamed(kind, await discover(client, options));
  const selection = { ...selectors, ...(type.namespaced && namespace !== undefined && { namespace }) };
  const { resourceVersion } = await client.list(type, selection, { ...options, limit: 1 });
  await openOnce(client, { type, selection }, { resourceVersion, signal: options.signal });
  return { type, selection };
}

function typeNamed(kind: string, resources: readonly DiscoveredResource[]): DiscoveredResource {
  const watchable = resources.filter(({ verbs }) => verbs.includes("watch") && verbs.includes("list"));
  const type = findResource(watchable, kind);
  if (type) return type;
  if (findResource(resources, kind)) throw new UsageError(`watch: the server cannot watch '${kind}'`);
  throw new UsageError(`watch: unknown kind '${kind}'${suggestion(kind, watchable.flatMap(namesOf))}`);
}

/** Whoever may list may perhaps not watch. */
async function openOnce(
  client: Pick<Client, "watch">,
  { type, selection }: Watched,
  { signal, resourceVersion }: Pick<WatchOptions, "signal" | "resourceVersion">,
): Promise<void> {
  const opened = new AbortController();
  const options = {
    ...(resourceVersion !== undefined && { resourceVersion }),
    timeoutSeconds: 1,
    signal: signal ? AbortSignal.any([signal, opened.signal]) : opened.signal,
    onOpen: () => opened.abort(new Error("the server accepts the watch")),
  };
  try {
    for await (const event of client.watch(type, selection, options)) if (event) break;
  } catch (error) {
    if (!opened.signal.aborted) throw error;
  }
}

function namesOf({ plural, singular, shortNames, group }: DiscoveredResource): readonly string[] {
  const names = [plural, singular, ...shortNames];
  return group === "" ? names : [...names, `${plural}.${group}`];
}
