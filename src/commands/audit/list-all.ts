import type { Client } from "#kube/client.ts";
import { isExpired } from "#kube/kubernetes-error.ts";
import type { Resource, ResourceType, Selection } from "#kube/resource.ts";

export interface ListAllOptions {
  readonly signal: AbortSignal;
  /** Told how many there are so far. */
  readonly onPage: (count: number) => void;
}

/** All objects of a type, in pages, which keep the API server's memory small. */
export async function listAll<R extends Resource>(
  client: Pick<Client, "list">,
  type: ResourceType,
  selection: Selection,
  { signal, onPage }: ListAllOptions,
): Promise<readonly R[]> {
  const objects: R[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await client.list<R>(type, selection, {
        limit: PAGE_SIZE,
        withoutManagedFields: true,
        signal,
        ...(token !== undefined && { continue: token }),
      });
      for (const object of page.items) objects.push(object);
      token = page.continue;
      onPage(objects.length);
    } while (token !== undefined);
    return objects;
  } catch (error) {
    if (token === undefined || !isExpired(error)) throw error;
    // Paging took longer than the server remembers: all in one piece, as client-go's pager does.
    return (await client.list<R>(type, selection, { withoutManagedFields: true, signal })).items;
  }
}

/** What client-go's pager asks for at a time. */
const PAGE_SIZE = 500;
