import type { Client, RequestOptions } from "./client.ts";
import type { ResourceType } from "./resource.ts";

/** A resource as the API server describes it. */
export interface DiscoveredResource extends ResourceType {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * Everything that the cluster serves, in every version, in the order of the
 * server's preference: the core group first, each group's best version first.
 * One request for each half of the API (aggregated discovery, every server since
 * 1.27). A group whose server is down is left out.
 */
export async function discover(
  client: Pick<Client, "read">,
  options: RequestOptions = {},
): Promise<readonly DiscoveredResource[]> {
  const documents = await Promise.all(
    ["/api", "/apis"].map((path) => client.read(path, { ...options, accept: AGGREGATED }) as Promise<GroupList>),
  );
  return documents.flatMap(({ items = [] }) => items.flatMap(resourcesOf));
}

/**
 * The resource that a user means by any name that kubectl accepts: plural,
 * singular, short name or kind, alone or with its group (`deployments.apps`) or
 * with version and group (`deployments.v1.apps`). Case does not matter. The first
 * in order of preference wins, and a plural wins over a short name.
 */
export function findResource(resources: readonly DiscoveredResource[], wanted: string): DiscoveredResource | undefined {
  const name = wanted.toLowerCase();
  for (const names of [pluralOf, singularOf, shortNamesOf]) {
    const found = resources.find((resource) => names(resource).some((own) => qualified(own, resource).includes(name)));
    if (found) return found;
  }
  return undefined;
}

/** v2 is served since 1.30; v2beta1, of the same shape, since 1.27. */
const AGGREGATED = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

interface GroupList {
  readonly items?: readonly Group[];
}

interface Group {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly Version[];
}

interface Version {
  readonly version: string;
  readonly resources?: readonly WireResource[];
}

interface WireResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope: "Namespaced" | "Cluster";
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
  readonly verbs?: readonly string[];
}

function resourcesOf({ metadata, versions = [] }: Group): readonly DiscoveredResource[] {
  const group = metadata?.name ?? "";
  return versions.flatMap(({ version, resources = [] }) => resources.map((wire) => understand(wire, group, version)));
}

function understand(wire: WireResource, group: string, version: string): DiscoveredResource {
  const kind = wire.responseKind?.kind ?? "";
  return {
    group,
    version,
    plural: wire.resource,
    kind,
    namespaced: wire.scope === "Namespaced",
    singular: wire.singularResource || kind.toLowerCase(),
    shortNames: wire.shortNames ?? [],
    verbs: wire.verbs ?? [],
  };
}

function pluralOf({ plural }: DiscoveredResource): readonly string[] {
  return [plural];
}

function singularOf({ singular, kind }: DiscoveredResource): readonly string[] {
  return [singular, kind.toLowerCase()];
}

function shortNamesOf({ shortNames }: DiscoveredResource): readonly string[] {
  return shortNames;
}

function qualified(name: string, { group, version }: DiscoveredResource): readonly string[] {
  return group === "" ? [name, `${name}.${version}`] : [name, `${name}.${group}`, `${name}.${version}.${group}`];
}
