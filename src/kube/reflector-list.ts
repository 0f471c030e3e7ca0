import type { ListOptions, ResourceList } from "./client.ts";
import { isExpired, isTooLargeResourceVersion } from "./kubernetes-error.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import type { ReflectorPosition } from "./reflector-position.ts";
import type { Resource } from "./resource.ts";
import { decodingError } from "./status.ts";

/** Everything, and the version that it had. */
export interface Everything<R extends Resource> {
  readonly objects: readonly R[];
  readonly resourceVersion: string;
}

/**
 * LIST, as client-go's reflector: from where we were; when the server does not
 * have that version any more, or not yet, at once again with the newest.
 */
export async function listEverything<R extends Resource>(
  options: ReflectorOptions<R>,
  position: ReflectorPosition,
  signal: AbortSignal,
): Promise<Everything<R>> {
  try {
    return await listFrom(options, position, signal);
  } catch (error) {
    if (!isExpired(error) && !isTooLargeResourceVersion(error)) throw error;
    position.isUnavailable = true;
    return await listFrom(options, position, signal);
  }
}

/** What client-go's pager asks for at a time. */
const PAGE_SIZE = 500;

async function listFrom<R extends Resource>(
  options: ReflectorOptions<R>,
  position: ReflectorPosition,
  signal: AbortSignal,
): Promise<Everything<R>> {
  const resourceVersion = position.forList;
  const limit = pageLimit(options, position, resourceVersion);
  const first = await listPage(options, { resourceVersion, signal, ...(limit !== undefined && { limit }) });
  if (first.continue === undefined) return { objects: first.items, resourceVersion: first.resourceVersion };
  if (resourceVersion === "0") position.isPaged = true;
  try {
    return await remainingPages(options, first, { limit, signal });
  } catch (error) {
    if (!isExpired(error)) throw error;
    // Paging took longer than the server remembers: all in one piece, as client-go's pager does.
    const all = await listPage(options, { resourceVersion, signal });
    return { objects: all.items, resourceVersion: all.resourceVersion };
  }
}

/** Without a limit the watch cache can answer at a given version; with one etcd has to. */
function pageLimit<R extends Resource>(
  { pageSize }: ReflectorOptions<R>,
  { isPaged }: ReflectorPosition,
  resourceVersion: string,
): number | undefined {
  if (pageSize !== undefined) return pageSize;
  const isAtVersion = resourceVersion !== "" && resourceVersion !== "0";
  return isAtVersion && !isPaged ? undefined : PAGE_SIZE;
}

async function remainingPages<R extends Resource>(
  options: ReflectorOptions<R>,
  first: ResourceList<R>,
  { limit, signal }: { readonly limit: number | undefined; readonly signal: AbortSignal },
): Promise<Everything<R>> {
  const objects = [...first.items];
  // The token holds the version, and the first page's is the list's.
  for (let token = first.continue; token !== undefined; ) {
    const page = await listPage(options, { continue: token, signal, ...(limit !== undefined && { limit }) });
    for (const item of page.items) objects.push(item);
    token = page.continue;
  }
  return { objects, resourceVersion: first.resourceVersion };
}

async function listPage<R extends Resource>(
  { client, type, selection, metadataOnly = false, withoutManagedFields = false }: ReflectorOptions<R>,
  page: ListOptions,
): Promise<ResourceList<R>> {
  const list = await client.list<R>(type, selection, { ...page, metadataOnly, withoutManagedFields });
  if (list.kind === "Table") throw decodingError("the server answered a list with a Table");
  return list;
}
