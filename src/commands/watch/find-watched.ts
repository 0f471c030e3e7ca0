import type { Client, RequestOptions } from "#kube/client.ts";
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
 * What the words of the user mean in this cluster. Asks for one object as the
 * watch will: whoever may not read, or selects by nonsense, hears it now and
 * from the server, instead of waiting for what never comes.
 */
export async function findWatched(
  client: Pick<Client, "read" | "list">,
  { kind, namespace, ...selectors }: Wish,
  options: RequestOptions,
): Promise<Watched> {
  const type = typeNamed(kind, await discover(client, options));
  const selection = { ...selectors, ...(type.namespaced && namespace !== undefined && { namespace }) };
  await client.list(type, selection, { ...options, limit: 1 });
  return { type, selection };
}

function typeNamed(kind: string, resources: readonly DiscoveredResource[]): DiscoveredResource {
  const watchable = resources.filter(({ verbs }) => verbs.includes("watch") && verbs.includes("list"));
  const type = findResource(watchable, kind);
  if (type) return type;
  if (findResource(resources, kind)) throw new UsageError(`watch: the server cannot watch '${kind}'`);
  throw new UsageError(`watch: unknown kind '${kind}'${suggestion(kind, watchable.flatMap(namesOf))}`);
}

function namesOf({ plural, singular, shortNames, group }: DiscoveredResource): readonly string[] {
  const names = [plural, singular, ...shortNames];
  return group === "" ? names : [...names, `${plural}.${group}`];
}
